import { describe, expect, it } from "vitest";
import { entry, scoreOf } from "./planted.js";

const about = (topic: string, sentiment: string) => `[{'topic': ${topic}, 'sentiment': ${sentiment}}]`;

/** Messages of which only the feedback_id and one more fact matter. */
function messages(
  facts: { id: string; speaker?: string; genuine?: boolean; specific?: boolean; topics?: string }[],
) {
  return facts.map(({ id, speaker = "customer", genuine = true, specific = false, topics = "[]" }) => [
    id,
    speaker,
    genuine,
    specific,
    topics,
  ]);
}

describe("scoring who speaks", () => {
  const truth = {
    messages: messages([
      { id: "F1" },
      { id: "F2" },
      { id: "F3" },
      { id: "F4", speaker: "troll" },
      { id: "F5", speaker: "employee" },
      { id: "F6", speaker: "prospect" },
    ]),
  };

  it("counts what is right, what is not judged, what is said twice and what the truth does not know", async () => {
    const { speakers } = await scoreOf({
      truth,
      run: {
        feedback_speakers: [
          ["F1", "customer"],
          ["F1", "customer"],
          ["F2", "customer"],
          ["F3", "troll"],
          ["F4", "troll"],
          ["F5", null],
          ["F99", "customer"],
        ],
      },
    });
    expect(speakers).toMatchObject({
      n: 4,
      coverage: 0.6667,
      unknown_messages: 1,
      repeated_claims: 1,
      accuracy: 0.75,
      macro_f1: 0.7333,
    });
    expect(entry(speakers, "classes", "customer")).toEqual({
      class: "customer",
      n: 3,
      precision: 1,
      recall: 0.6667,
      f1: 0.8,
    });
    expect(entry(speakers, "classes", "troll")).toMatchObject({
      n: 1,
      precision: 0.5,
      recall: 1,
      f1: 0.6667,
    });
  });

  it("shows a kind of speaker that does not exist without averaging over it", async () => {
    const { speakers } = await scoreOf({
      truth,
      run: {
        feedback_speakers: [
          ["F1", "customer"],
          ["F2", "robot"],
        ],
      },
    });
    // Customers: two, of whom one is found: precision 1, recall 1/2.
    expect(speakers).toMatchObject({ n: 2, accuracy: 0.5, macro_f1: 0.6667 });
    expect(entry(speakers, "classes", "robot")).toEqual({
      class: "robot",
      n: 0,
      precision: 0,
      recall: null,
      f1: 0,
    });
  });

  it("asks only about messages that the run has read, when it says which", async () => {
    const { speakers } = await scoreOf({
      truth,
      run: { feedback: [["F1", "ciao", null]], feedback_speakers: [["F1", "customer"]] },
    });
    expect(speakers).toMatchObject({ n: 1, coverage: 1, accuracy: 1 });
  });
});

describe("scoring detail", () => {
  it("tells specific from general", async () => {
    const { details } = await scoreOf({
      truth: {
        messages: messages([{ id: "F1", specific: true }, { id: "F2", specific: true }, { id: "F3" }]),
      },
      run: {
        feedback_details: [
          ["F1", true],
          ["F2", false],
          ["F3", false],
        ],
      },
    });
    // Specific: precision 1, recall 1/2, F1 2/3. General: precision 1/2, recall 1, F1 2/3.
    expect(details).toMatchObject({ n: 3, coverage: 1, accuracy: 0.6667, macro_f1: 0.6667 });
  });
});

describe("scoring credibility", () => {
  const truth = {
    messages: messages([
      { id: "G1" },
      { id: "G2" },
      { id: "G3" },
      { id: "B1", genuine: false },
      { id: "B2", genuine: false },
      { id: "B3", genuine: false },
    ]),
  };
  const percents: [string, number | null][] = [
    ["G1", 90],
    ["G2", 70],
    ["G3", 40],
    ["B1", 60],
    ["B2", 10],
    ["B3", null],
    ["X", 50],
  ];
  const feedback = ["G1", "G2", "G3", "B1", "B2", "B3"].map((id) => [
    id,
    "",
    id === "G1" || id === "B1" ? "genuine" : null,
  ]);

  it("measures ranking, decisions and calibration, apart for messages held back from the labels", async () => {
    const { credibility } = await scoreOf({ truth, run: { feedback, feedback_credibility: percents } });
    // Of six pairs only 40 against 60 is the wrong way round. Squared distances .01 + .09 + .36 + .36 + .01 over five;
    // distances .1 + .3 + .6 + .6 + .1 over five, each in a bin of its own.
    expect(credibility).toMatchObject({
      n: 5,
      coverage: 0.8333,
      unknown_messages: 1,
      auc: 0.8333,
      accuracy: 0.6,
      brier: 0.166,
      ece: 0.34,
      labelled: { n: 2, auc: 1, accuracy: 0.5 },
      held_back: { n: 3, auc: 1, accuracy: 0.6667 },
    });
    // Called fake: 40 and 10, of which one is; of two fakes judged one is found.
    expect(entry(credibility, "classes", "fake")).toMatchObject({
      n: 2,
      precision: 0.5,
      recall: 0.5,
      f1: 0.5,
    });
  });

  it("does not know what was held back when the run does not publish the labels", async () => {
    const { credibility } = await scoreOf({ truth, run: { feedback_credibility: percents } });
    expect(credibility).toMatchObject({
      n: 5,
      labelled: { n: 0, auc: null },
      held_back: { n: 0, brier: null },
    });
  });

  it("counts ties half", async () => {
    const { credibility } = await scoreOf({
      truth,
      run: { feedback_credibility: percents.slice(0, 5).map(([id]) => [id, 50]) },
    });
    expect(credibility).toMatchObject({ auc: 0.5, brier: 0.25, ece: 0.1 });
  });
});

describe("scoring topics", () => {
  const truth = {
    messages: messages([
      {
        id: "F1",
        topics: "[{'topic': delivery, 'sentiment': negative}, {'topic': price, 'sentiment': positive}]",
      },
      { id: "F2", topics: about("delivery", "positive") },
      { id: "F3", topics: about("smell", "negative") },
      { id: "F4", topics: about("staff", "neutral") },
      { id: "F5" },
    ]),
    causes: [["smell", "smell", null, "2026-09-17 00:00:00", false, null, null, null]],
  };

  it("measures each topic, all declared ones together, and the sign of sentiment where the topic is right", async () => {
    const { topics } = await scoreOf({
      truth,
      run: {
        feedback_topics: [
          ["F1", "delivery", -0.8],
          ["F2", "delivery", -0.1],
          ["F2", "price", 0.5],
          ["F4", "staff", null],
          ["F5", "parking", 0],
          ["F5", null, null],
          ["F77", "price", 1],
          ["F1", "delivery", -0.6],
        ],
      },
    });
    // Declared and true: four; claimed: delivery twice, price, staff, parking; both: delivery twice and staff.
    expect(topics).toMatchObject({
      messages: 5,
      n: 4,
      coverage: 1,
      unknown_messages: 1,
      repeated_claims: 1,
      micro_precision: 0.6,
      micro_recall: 0.75,
      micro_f1: 0.6667,
      macro_f1: 0.6667,
      sentiment: { n: 2, coverage: 1, sign_accuracy: 0.5 },
    });
    expect(entry(topics, "topics", "price")).toEqual({
      topic: "price",
      is_declared: true,
      n: 1,
      precision: 0,
      recall: 0,
      f1: 0,
    });
    expect(entry(topics, "topics", "smell")).toMatchObject({ is_declared: false, n: 1, precision: null });
    expect(entry(topics, "topics", "parking")).toMatchObject({ n: 0, precision: 0, recall: null });
  });
});

describe("scoring emerging topics", () => {
  const truth = {
    messages: messages([
      { id: "F1", topics: about("smell", "negative") },
      { id: "F2", topics: about("smell", "negative") },
      { id: "F3", topics: about("staff", "negative") },
      { id: "F4" },
    ]),
    causes: [
      ["chemical_smell", "smell", null, "2026-09-17 00:00:00", false, null, null, null],
      ["app_problem", "app", "crash", "2026-09-27 00:00:00", true, null, null, null],
    ],
  };
  const feedback = [
    ["F1", "Che PUZZA di plastica!", null],
    ["F2", "Un odore così strano", null],
    ["F3", "Personale strano", null],
    ["F4", null, null],
  ];

  it("recognises a topic by what the messages with its phrases are about, and counts days from its start", async () => {
    const { emerging_topics } = await scoreOf({
      truth,
      run: {
        feedback,
        emerging_topics: [
          ["plastica", "puzza di plastica, odore cosi", "2026-09-24"],
          ["plastica", "puzza di plastica, odore cosi", "2026-09-25"],
          ["personale", "personale strano", "2026-09-20"],
        ],
      },
    });
    expect(emerging_topics).toEqual({
      claimed: 2,
      others: 1,
      topics: [
        {
          topic: "smell",
          starts_on: "2026-09-17",
          found_on: "2026-09-24",
          days_from_start: 7,
          found_as: "plastica",
          precision: 1,
          recall: 1,
        },
      ],
    });
  });

  it("does not take for a find what is most often about something else, or was said before it began", async () => {
    const { emerging_topics } = await scoreOf({
      truth: {
        ...truth,
        messages: [...truth.messages, ...messages([{ id: "F5" }])],
      },
      run: {
        feedback: [...feedback, ["F5", "strano", null]],
        emerging_topics: [
          ["strano", "strano", "2026-09-24"],
          ["puzza", "puzza", "2026-09-10"],
        ],
      },
    });
    expect(emerging_topics).toMatchObject({
      claimed: 2,
      others: 2,
      topics: [{ topic: "smell", found_on: null, days_from_start: null }],
    });
  });
});
