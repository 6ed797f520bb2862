import { cpSync, existsSync, readdirSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { randomOf } from "../../src/stats/random.js";
import { ancora, launch } from "../support/command.js";
import { Project, testProject } from "../support/project.js";
import { contents } from "../support/run.js";
import { shopWithModelFiles } from "../support/shop.js";
