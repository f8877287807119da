# Stations
stations-title = Stations
stations-none = No station yet.
station-key = Fingerprint of its key
station-new = Provision a station
station-new-text = The code lets the station enrol its own key once: ridgeline station enrol.
station-new-go = Make a code

# Agreements
agreements-title = Agreements
agreements-text = Nothing leaves this hub unless one of these, signed and in force, says so.
agreements-none = No agreement: nothing goes out.
agreement = Agreement
parties = Parties
terms = Terms
term = Term
value = Value
terms-search = { $n ->
    [one] { $purpose }: FPIR { $fpir }, at most { $n } candidate
   *[other] { $purpose }: FPIR { $fpir }, at most { $n } candidates
 }
terms-search-priority = { $n ->
    [one] { $purpose }: FPIR { $fpir }, at most { $n } candidate, priority
   *[other] { $purpose }: FPIR { $fpir }, at most { $n } candidates, priority
 }
terms-earlier = { $n ->
    [one] { $purpose }: searched in earlier encounters of { $of }, { $n } day
   *[other] { $purpose }: searched in earlier encounters of { $of }, { $n } days
 }
terms-new-entries = { $n ->
    [one] { $purpose }: new entries of { $lists } are searched in it, { $n } day
   *[other] { $purpose }: new entries of { $lists } are searched in it, { $n } days
 }
terms-nothing-remains = { $x }: nothing remains after the answer
terms-retention = { $n ->
    [one] { $purpose }: { $n } day
   *[other] { $purpose }: { $n } days
 }
terms-marks-stored = marks: stored only
terms-marks-none = marks: not captured
signatures = Signatures
unsigned = on paper, not checked here
verified = verified
verified-not = does not verify
versions = Versions
version-n = Version { $n }
compare-before = Compare with the one before
diff-title = Compare versions
diff-head = Version { $n } to { $m }
diff-from = Older
diff-to = Newer
diff-go = Compare
change = Change

# Audit
audit-title = Audit
audit-verify = Verify now
audit-verification = Last verification
audit-unverified = Not verified yet.
audit-good = intact
audit-bad = { $n ->
    [one] { $n } problem
   *[other] { $n } problems
 }
audit-checked = { $n ->
    [one] { $s } leaf checked
   *[other] { $s } leaves checked
 }
audit-checkpoint = Signed checkpoint
audit-no-checkpoint = No checkpoint yet.
audit-size = Leaves
audit-root = Root
audit-signed = Signed
audit-index = Leaf
audit-actor = Who
audit-action = What
audit-subject = About
audit-hash = Hash
audit-none = No leaf fits.

# Users
users-title = Users and roles
invite-title = Invite a person
invite-text = They choose their own password with a one-time code. An originator is never the approver of the same entry.
invite-go = Invite
