# Examiner's queue
examine-title = Examine
examine-text = Cases come one by one, priority first, then the oldest. You see material and nothing else; another examiner sees the same and never your decision.
examine-next = Take the next case
examine-next-hint = Leave it whenever you like: until you decide, nothing is kept and the case waits.
examine-waiting = { $n ->
    [one] { $n } case waits
   *[other] { $n } cases wait
 }
case = Case
pace = Pace
case-waits = Waits
case-due = Due
cases-none = Nothing waits.

# Conflict desk
conflicts-title = Conflicts
conflicts-text = Two examiners disagreed. You decide as a third, on the same blind workbench.
conflict-take = Take it
conflicts-settled = Settled lately
conflicts-settled-hint = Decisions are shown only once all three stand.
conflicts-none-settled = None yet.
settled = Settled
decisions = First, second, third
outcome = Outcome

# Workbench
bench-title = Case { $x }
bench-back = Queue
bench-waits = waits
bench-about-quality = quality: { $x }
bench-positions = Positions that both have
bench-view-tools = Size and turn
bench-tools = Tools
bench-minutiae = Minutiae
bench-flow = Flow
bench-quality = Quality
bench-pairs = Pairs
bench-invert = Invert
bench-contrast = Contrast
bench-contrast-keys = More contrast, less contrast
bench-measure = Measure
bench-measure-keys = Measure and count ridges between two points
bench-mark = Own mark
bench-mark-keys = Set a mark of your own
bench-point-keys = With a tool: set a point under the cross
bench-own-marks = Your marks
bench-link = Linked
bench-zoom = Larger, smaller
bench-zoom-in = Larger
bench-zoom-out = Smaller
bench-turn = Turn (with Shift: this side only)
bench-turn-left = Turn left
bench-turn-right = Turn right
bench-fit = Fit
bench-pan = Move (with Shift: finely)
bench-next-position = Previous, next position
bench-keys-look = Look
bench-keys-move = Move
bench-keys-work = Work
bench-worksheet = Worksheet
bench-agree = What agrees
bench-differ = What differs
bench-limits = What the material does not allow
bench-decide = Your decision
bench-confirm = I have looked at all of it
bench-send = Keep the decision
bench-second = Confirm with a second key. It cannot be taken back.
bench-yes = Confirm
bench-no = Not yet
bench-no-js = The viewer needs JavaScript. The images are shown plainly below; the decision works without it.
bench-js-probe = Probe
bench-js-candidate = Candidate
bench-js-mark-prompt = What do you see here?
bench-js-ridges = ridges
bench-js-mm = mm
bench-js-px = px
