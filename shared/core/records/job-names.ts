/** Job names: the rule, and generated names. */
import { createHash, randomBytes } from "node:crypto";

/** The rule of Azure ML for job names. @see the job id pattern of the Azure ML REST API */
export const namePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/;

export function isJobName(name: string): boolean {
  return namePattern.test(name);
}

const adjectives = `
  able agile alert amber ample ancient apt ardent autumn azure balmy bold brave breezy bright brisk calm candid
  careful cheerful clear clever coral cosmic cozy crisp curious deft dewy eager early earnest easy elegant even fair
  fearless fine fleet fond frank fresh frosty gentle gifted glad golden good grand great green happy hardy hazel
  helpful honest humble icy ideal jolly jovial joyful keen khaki kind light lively loyal lucid lucky lunar mellow
  merry mighty mild modest neat nimble noble olive open patient plucky plum polite proud quick quiet rapid ready regal
  rosy sandy serene sharp silent silver sincere sleepy smart snowy solar solid spry steady still strong sturdy subtle
  sunny swift tender tidy true upbeat valid velvet vivid warm willing wise witty young zesty
`;
const nouns = `
  acorn anchor apple arch arrow atlas badge bamboo basil bay beach beacon bean bell berry birch bird bloom boat book
  bottle bowl bread bridge brook brush bucket button cactus candle canoe canyon carrot castle cedar chalk cherry
  circle cloud clover coast comet coral corn cove crane creek cup daisy delta desert dove drum dune eagle earth elm
  ember engine falcon feather fern field finch fjord flame flute forest fox garden gate ginger glacier glade grape
  grove gull harbor hazel heron hill honey horizon island ivy jar jasmine kayak kettle kite lagoon lake lamp lantern
  leaf lemon lily lime lion loaf loom lotus maple marble marsh meadow melon mesa mint mirror moon moss mountain needle
  nest nutmeg oak oasis ocean olive onion orange orbit orchid otter owl paddle palm panda paper parsley peach pear
  pebble pen pepper pine planet plum pocket pond poppy prairie prism quartz quill quilt rabbit rain raven reed reef
  ribbon ridge river road robin rocket root rose sail salt sand seal shell shore sky snow sparrow spice spoon spring
  spruce square star stone stream sun swan table tea thistle thyme tiger torch tower trail tree tulip turtle valley
  vase vine violet walnut wave whale wheat willow wind window wolf wren yarn zebra
`;
const suffixAlphabet = "bcdfghjklmnpqrstvwxyz0123456789";
const suffixLength = 10;

const adjectiveList = adjectives.trim().split(/\s+/);
const nounList = nouns.trim().split(/\s+/);

/**
 * A generated name, `adjective_noun_suffix`: the same for the same seed, random without one.
 * @see generate_job_name of the SDK
 */
export function generateName(seed?: string): string {
  const bytes = seed === undefined ? randomBytes(32) : createHash("sha256").update(seed).digest();
  let rest = BigInt(`0x${bytes.toString("hex")}`);
  const pick = (choices: ArrayLike<string>): string => {
    const index = Number(rest % BigInt(choices.length));
    rest /= BigInt(choices.length);
    return choices[index] ?? "";
  };
  const words = `${pick(adjectiveList)}_${pick(nounList)}_`;
  return words + Array.from({ length: suffixLength }, () => pick(suffixAlphabet)).join("");
}
