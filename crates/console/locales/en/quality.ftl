# Cases with known answers (S22)
quality-title = Quality
quality-text = { $n ->
    [one] After every other case examiners are given one whose answer is known here. Nothing tells it apart.
   *[other] After {$s} other cases on average examiners are given one whose answer is known here. Nothing tells it apart.
}
quality-off = Known cases are switched off: set known_case_every in hub.toml.
quality-answers = What examiners said of known cases
quality-examiner = Examiner
quality-mistaken = Two people taken for one
quality-missed = One person taken for two
quality-open = No answer
quality-all = All together
quality-share = {$n} of {$m}
quality-interval = Below each count: between what bounds the true share lies, 19 times in 20. A few cases say little about anybody; this page is for training, and nobody else sees it.
quality-cases = Known cases
quality-case = Case
quality-answer = Known answer
quality-decisions = Decisions
quality-wrong = Wrong
quality-added = Prepared
quality-withdraw = Take back
quality-none = No known case yet.
quality-new = Prepare a known case
quality-new-text = Use captures whose owners agreed to this. Who prepares a case cannot examine. The pictures are destroyed 30 days after the last decision; the counts stay.
quality-name = Name, for this page alone
quality-first = First capture
quality-second = Second capture
quality-file-hint = An ANSI/NIST transaction; both together at most {$s} MiB
quality-new-go = Prepare
