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
