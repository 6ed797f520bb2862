export { Random } from "../stats/random.js";
