// How hard a password is to guess. Loaded when it is needed, because the dictionaries are large.

import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";

const zxcvbn = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });

/** Longer passwords are judged by their beginning, to bound the time. */
const MAX_JUDGED = 128;

/** The score of a password, from 0 (guessed at once) to 4. `known` are words that an attacker tries first, such as the person's name. */
export const strengthOf = (password: string, known: string[]): number => zxcvbn.check(password.slice(0, MAX_JUDGED), known).score;
