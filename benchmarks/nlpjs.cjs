// nlp.js for benchmarks/intents.py: `node nlpjs.cjs FOLDER`, where FOLDER has node_modules with node-nlp 4.
// Reads {"train": [[text, intent]], "sets": {name: [text]}} from stdin, prints guesses, scores and times as JSON.
const path = require("path");
const { NlpManager } = require(path.join(path.resolve(process.argv[2]), "node_modules", "node-nlp"));

async function main() {
  const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
  const manager = new NlpManager({ languages: ["en"], forceNER: false, autoSave: false, nlu: { log: false } });
  for (const [text, intent] of given.train) manager.addDocument("en", text, intent);
  const began = process.hrtime.bigint();
  await manager.train();
  const built = Number(process.hrtime.bigint() - began) / 1e9;
  const sets = {};
  for (const [name, texts] of Object.entries(given.sets)) {
    sets[name] = [];
    for (const text of texts) {
      const start = process.hrtime.bigint();
      const found = await manager.process("en", text);
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      sets[name].push([found.intent, found.score, seconds]);
    }
  }
  process.stdout.write(JSON.stringify({ built, sets }));
}

console.log = () => {};
main();
