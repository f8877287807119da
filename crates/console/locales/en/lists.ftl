# Lists and entries
lists-title = Lists
lists-all = All lists
lists-none = No list that you may see.
lists-approvals = Waiting for your approval
lists-active = Searched
lists-proposed = Proposed
lists-review = Review due
list = List
entry = Entry
entry-open = Open the entry
entry-title = Entry { $x }
entries-none = No entry fits.
reference = Reference
category = Category
categories = Categories
originator = Originator
recipients = Told of a confirmed match
cap = Longest duration
legal-basis = Individual legal basis
caveat = Caveat
handling = Handling code
starts = Starts
expires = Expires
expires-new = New last day
review = Review by
proposed = Proposed
proposed-by = Proposed by
approved-by = Approved by
source = Samples from
entry-facts = What it says
entry-samples = Samples
entry-life = Where it stands
entry-look-approve = See all and approve or refuse
not-searched = Not searched:
misused-title = Misused identity.
misused-text = The person at the station may be the victim of somebody who used this identity. Read the caveat first.
misused-check = The person is a victim of misused identity: say so at the next confirmed match
entry-hint-approve = It will be searched from its first day.
entry-hint-refuse = The proposal ends here; its samples are destroyed.
entry-hint-suspend = Takes effect at once, everywhere. One person is enough.
entry-hint-resume = It will be searched again.
entry-hint-dispute = The person disputes it. Alerts from it are held until the dispute is settled.
entry-hint-extend = A second person must approve the longer time.
entry-hint-revoke = Ends for good, everywhere. It cannot be undone.
entry-hint-purge = Destroys the keys of its samples, in backups too. It cannot be undone.
propose = Propose an entry
propose-title = Propose an entry
propose-text = A second person sees all of it and approves it before it is searched.
propose-why = Why
propose-when = How long
propose-cap = { $n ->
    [one] At most { $n } day from its start.
   *[other] At most { $n } days from its start. Review comes before the end.
 }
propose-samples = Samples
propose-go = Send for approval
legal-basis-hint = The decision about this one person: court, date, number. A general rule is not enough.
case-number-becomes = From now on the entry's reference.
category-hint = From the closed list of this hub.
handling-hint = How recipients may use it.
caveat-hint = What an official must know before acting.
upload-limit = Files of at most { $n } MiB in all.
transaction-file = ANSI/NIST transaction
transaction-hint = One .an2, .eft or .nist file with fingers, eyes or both.
images-instead = Single images instead
ppi = Resolution, ppi
ppi-hint = Only where the files do not say it themselves.
approval-title = Approve or refuse
approval-text = You are the second person. You see everything that was proposed; what you approve is searched in your name too.
approval-own-title = You proposed this entry.
approval-same-basis = { $n ->
    [one] { $n } other entry has the same legal basis, word for word. Is it about this one person?
   *[other] { $n } other entries have the same legal basis, word for word. Is it about this one person?
 }
approval-verdict = Your decision
approval-check-person = The legal basis is about this one person.
approval-check-basis = Category and caveat follow from it.
approval-check-time = The time is no longer than needed.
approval-check-samples = The samples are this person's and usable.
approval-confirm = I have seen all of it and answer for it
approval-note = Note
approval-note-hint = Needed for a refusal.

# People who stand on a list twice
twice-title = People who may stand on this list twice
twice-text = All entries are compared with all. Where two look like one person, two examiners must confirm it, blind as always. Nothing is merged: who answers for the list ends one of the entries.
twice-begin = Compare all entries
twice-running = Under way
twice-finished = Finished
twice-progress = { $n } of { $m } entries compared
twice-incomplete = { $n } not compared with everybody
twice-other = May be the same person as
twice-found = Found
longer-asked = More time is asked for.
longer-basis = Individual legal basis, reviewed now
entry-hint-approve-longer = You have looked at the legal basis: it is signed anew and searched until its new last day.
entry-hint-refuse-longer = It ends on the day that it had.
