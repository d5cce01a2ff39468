/** What can be told of something that may not be known in full: three-valued logic after Kleene. */
export type Answer = 'yes' | 'no' | 'unknown';

export function answer(holds: boolean): Answer {
  return holds ? 'yes' : 'no';
}

export function not(one: Answer): Answer {
  if (one === 'unknown') return 'unknown';
  return one === 'yes' ? 'no' : 'yes';
}

/** One `no` settles it, whatever else is unknown; of nothing it is `yes`. */
export function all(answers: readonly Answer[]): Answer {
  if (answers.includes('no')) return 'no';
  return answers.includes('unknown') ? 'unknown' : 'yes';
}

/** As `all`, but asks no further once a `no` has settled it. */
export function allOf<Asked>(tests: readonly ((asked: Asked) => Answer)[], asked: Asked): Answer {
  let known: Answer = 'yes';
  for (const test of tests) {
    const one = test(asked);
    if (one === 'no') return 'no';
    if (one === 'unknown') known = 'unknown';
  }
  return known;
}

/** One `yes` settles it, whatever else is unknown; of nothing it is `no`. */
export function any(answers: readonly Answer[]): Answer {
  return not(all(answers.map(not)));
}
