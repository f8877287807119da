# Roles
role-station-operator = Station operator
role-site-supervisor = Site supervisor
role-examiner = Examiner
role-lead-examiner = Lead examiner
role-watch-officer = Watch officer
role-recipient = Recipient
role-list-originator = List originator
role-list-approver = List approver
role-agreement-officer = Agreement officer
role-redress-officer = Redress officer
role-quality-officer = Quality officer
role-auditor = Auditor
role-administrator = Administrator

# Areas
area-board = Duty board
area-encounters = Encounters
area-examine = Examine
area-conflicts = Conflicts
area-alerts = Alerts
area-lists = Lists
area-stations = Stations
area-agreements = Agreements
area-redress = Redress
area-quality = Quality
area-audit = Audit
area-users = Users

# Encounters
encounter-state-draft = Draft
encounter-state-capturing = Capturing
encounter-state-review = In review
encounter-state-sealed = Sealed
encounter-state-queued = Queued
encounter-state-sent = Sent
encounter-state-received = Received
encounter-state-validated = Read
encounter-state-rejected = Not accepted
encounter-state-waiting-for-search = Waiting for search
encounter-state-searching = Searching
encounter-state-no-candidate = No candidate
encounter-state-candidates = Candidates
encounter-state-examining = Being examined
encounter-state-confirmed = Confirmed
encounter-state-not-confirmed = Not confirmed
encounter-state-inconclusive = Inconclusive
encounter-state-answered = Answered
encounter-state-closed = Closed
encounter-state-recapture-requested = Recapture asked
encounter-state-held = Held
encounter-state-expired = Expired
encounter-state-withdrawn = Withdrawn
encounter-state-purged = Purged

# Answers
answer-waiting = Waiting
answer-no-match = No match in the lists searched
answer-partial = Not complete
answer-being-examined = Being checked by an examiner
answer-confirmed = Confirmed by two examiners
answer-inconclusive = Inconclusive
answer-recapture = Better samples asked
answer-not-answered = Did not answer
answer-not-asked = Not asked: no agreement allows it
answer-retracted = Retracted

# Entries
entry-state-proposed = Proposed
entry-state-approved = Approved
entry-state-active = Active
entry-state-suspended = Suspended
entry-state-disputed = Disputed
entry-state-expired = Expired
entry-state-revoked = Revoked
entry-state-purged = Purged
entry-action-approve = Approve
entry-action-refuse = Refuse
entry-action-suspend = Suspend
entry-action-resume = Resume
entry-action-dispute = Record a dispute
entry-action-extend = Ask for more time
entry-action-approve-longer = Approve the longer time
entry-action-refuse-longer = Refuse the longer time
entry-action-revoke = Revoke
entry-action-purge = Purge

# Alerts
alert-state-raised = Raised
alert-state-delivered = Delivered
alert-state-acknowledged = Acknowledged
alert-state-in-hand = In hand
alert-state-closed = Closed
alert-state-escalated-once = Escalated once
alert-state-escalated-twice = Escalated twice
alert-state-retracted = Retracted
alert-action-acknowledge = Acknowledge
alert-action-in-hand = Take in hand
alert-action-close = Close
alert-action-retract = Retract

# Stations
station-state-provisioned = Provisioned
station-state-active = Active
station-state-stale = Not seen lately
station-state-locked = Locked
station-state-lost = Lost
station-state-wiped = Wiped
station-state-retired = Retired
station-kind-fixed = fixed
station-kind-mobile = mobile
station-action-lock = Lock
station-action-unlock = Unlock
station-action-lost = Report lost: block and wipe
station-action-retire = Retire

# Quality
quality-good = Good
quality-fair = Fair
quality-poor = Poor
quality-unusable = Unusable

# Queues
queue-examine = To examine
queue-conflicts = Conflicts
queue-alerts = Alerts not acknowledged
queue-approvals = Entries to approve
queue-searches = Searches not complete
queue-answers = Answers to deliver
queue-held = Held encounters
queue-deletions = Deletions not confirmed by partners

# Decisions
decision-same = Same person
decision-not-same = Not the same
decision-inconclusive = Inconclusive
decision-recapture = Ask for recapture
pace-priority = Priority
pace-routine = Routine

# Agreements
agreement-state-draft = Draft
agreement-state-half-signed = Signed by one
agreement-state-in-force = In force
agreement-state-suspended = Suspended
agreement-state-expired = Expired
term-destination = Destination
term-purpose = Purpose
term-data-classes = Data classes
term-population = About whom
term-retention = Retention
term-onward = Onward to
term-excluded = Never included
term-searched = Lists searched
change-same = Unchanged
change-added = Added
change-removed = Removed

# Accounts
account-invited = Invited
account-active = Active
account-locked = Locked
account-disabled = Switched off
account-action-roles = Keep these roles
account-action-new-code = New one-time code
account-action-unlock = Unlock
account-action-disable = Switch off
account-action-enable = Switch on

# Themes and notices
theme-auto = Auto
theme-light = Day
theme-dark = Night
notice-done = Done.
notice-info = Note.
notice-problem = Not done.

# Images
impression-plain = plain
impression-rolled = rolled
impression-from-slap = from a slap
impression-latent = latent
impression-near-infrared = near infrared
impression-unknown = not recorded
minutia-ending = ending
minutia-bifurcation = bifurcation
minutia-other = other

# Errors
error-forbidden = Your role does not allow this
error-not-found = There is nothing here
error-bad-form = The form was too old
error-conflict = Somebody else was faster
error-refused = This cannot be done now
error-too-large = That is too large
error-too-many = Too many requests
error-failed = The server failed

# Twice on a list
twice-waiting = Waits: two examiners must confirm
twice-same = The same person, two examiners agree
twice-not-same = Not the same person
twice-inconclusive = Inconclusive
twice-withdrawn = Ended with an entry

# Redress
known-answer-same = The same person
known-answer-different = Two people
known-stand-waiting = Waits for its turn
known-stand-open = Among the cases
known-stand-decided = Decided
known-stand-withdrawn = Taken back
redress-kind-access = Access: what is held about me
redress-kind-rectification = Rectification: something is wrong
redress-kind-cancellation = Cancellation: delete it
redress-kind-opposition = Opposition: do not use it
redress-state-received = Received
redress-state-identity-proof = Proof asked
redress-state-review = In review
redress-state-upheld = Upheld
redress-state-partly-upheld = Upheld in part
redress-state-refused = Refused
redress-state-propagated = Everybody told
redress-state-closed = Closed
redress-action-ask-proof = Ask for proof
redress-action-review = Look into it
redress-action-uphold = The person is right
redress-action-uphold-partly = The person is right in part
redress-action-refuse = The person is not right
redress-action-propagate = Everybody who had the data was told
redress-action-close = Close
