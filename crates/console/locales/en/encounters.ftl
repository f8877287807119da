# Encounters
encounters-title = Encounters
encounters-none = No encounter fits. Widen the days or the state.
encounter = Encounter
encounter-title = Encounter { $x }
receipt-number = Receipt number
answers-col = Answers
authority = Authority
age-band = Age band
notice-shown = Notice shown
encounter-facts = Facts
encounter-samples = Captured
encounter-searches = Searches
encounter-no-searches = Not searched yet.
encounter-answers = Answers
encounter-no-answers = No destination has been asked yet.
encounter-findings = Findings in the transaction
search-complete = complete
search-partial = not complete
search-candidates = { $n ->
    [one] { $n } candidate to examiners
   *[other] { $n } candidates to examiners
 }
answered = answered
answered-not = did not answer
answer-searched = Lists searched:
answer-missing = Did not answer:
answer-open = The case stays open.
entries = Entries
no-image = No image
stored-only = stored only, never searched

# Fingers, eyes, absences
finger-0 = Finger, unknown
finger-1 = Right thumb
finger-2 = Right index
finger-3 = Right middle
finger-4 = Right ring
finger-5 = Right little
finger-6 = Left thumb
finger-7 = Left index
finger-8 = Left middle
finger-9 = Left ring
finger-10 = Left little
finger-11 = Plain right thumb
finger-12 = Plain left thumb
finger-13 = Right four fingers
finger-14 = Left four fingers
finger-15 = Both thumbs
eye-unknown = Eye, side unknown
eye-right = Right eye
eye-left = Left eye
mark-n = Mark { $n }
absence-amputated = Amputated
absence-unable-to-print = Cannot be printed
absence-scarred = Scarred
absence-worn = Ridges worn away
absence-paralysed = Hand cannot be opened
absence-under-age-limit = Child under the limit
absence-refused = Declined
absence-medical = Medical reason
absence-equipment = Equipment
absence-eye-missing = Eye missing
absence-cannot-open = Cannot be opened
absence-patch = Patch or bandage
absence-cataract = Cataract
absence-lens-not-removed = Lens not removed
absence-other = Other

# Age bands and classes of data
age-under-six = under 6
age-six-to-thirteen = 6 to 13
age-fourteen-to-seventeen = 14 to 17
age-adult = 18 and over
modality-finger = fingers
modality-iris = irises
modality-mark = marks
