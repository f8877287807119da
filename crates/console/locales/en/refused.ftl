# What the hub does not do although it was asked. These are also the sentences of its log, its ledger and its command
# line; a page adds the capital and the full stop. $found is empty, or a full stop and what was found in the files.

# Accounts
refused-administrator-exists = this hub has an administrator already
refused-login-form = a log-in has 1 to 64 small letters, digits, dots, dashes or underscores
refused-name-missing = name and agency must not be empty
refused-login-taken = the log-in { $login } exists already
refused-wrong-code = this code is wrong, used or expired: ask for a new one
refused-too-many-tries = { $seconds ->
    [one] too many wrong passwords: try again in { $seconds } second
   *[other] too many wrong passwords: try again in { $seconds } seconds
 }
refused-wrong-login = log-in or password is wrong
refused-wrong-password = the present password is wrong: nothing was changed
refused-password-length = { $least ->
    [one] a password has at least { $least } character (four or five words are easy to keep in mind)
   *[other] a password has at least { $least } characters (four or five words are easy to keep in mind)
 }
refused-own-account = you cannot disable your own account: another administrator can
refused-no-account = there is no such account
refused-last-auditor = the last auditor cannot be removed
refused-no-role = give at least one role
refused-roles-clash = one person cannot be “{ $one }” and “{ $other }”

# Stations
refused-station-incomplete = a station needs a name and a site
refused-station-profile = the profile is fixed, mobile or hub
refused-station-reason = say why: it is written into the ledger
refused-no-station = there is no such station
refused-station-not-now = a station in the state “{ $from }” cannot come to “{ $to }”

# Lists and entries
refused-list-incomplete = a list needs a name, a contact and at least one purpose
refused-list-days = { $most ->
    [one] entries may live { $most } day at most, and at least one
   *[other] entries may live { $most } days at most, and at least one
 }
refused-propose-elsewhere = the list { $list } is { $agency }'s: only its own originators propose entries
refused-entry-missing = { $field ->
    [originator] the originator is missing: an entry needs it
    [reference] the originator's reference is missing: an entry needs it
    [basis] the legal basis is missing: an entry needs it
    [category] the category is missing: an entry needs it
    [caveat] the caveat is missing: an entry needs it
   *[handling] the handling code is missing: an entry needs it
 }
refused-entry-thin-basis = { $least ->
    [one] the legal basis must name the individual order, warrant or judgment (at least { $least } character)
   *[other] the legal basis must name the individual order, warrant or judgment (at least { $least } characters)
 }
refused-entry-category = “{ $category }” is not one of the categories of this hub
refused-entry-dates = the dates must be in this order: start, review, expiry; and the expiry must be ahead
refused-entry-too-long = { $most ->
    [one] an entry on this list lives at most { $most } day
   *[other] an entry on this list lives at most { $most } days
 }
refused-entry-same-person = you proposed this entry yourself: another person must approve it
refused-entry-other-agency = { $most ->
    [one] more than { $most } entry rests on the same text: an approver of another agency than { $agency } must look at it
   *[other] more than { $most } entries rest on the same text: an approver of another agency than { $agency } must look at it
 }
refused-entry-not-now = an entry in the state “{ $state }” cannot be changed in this way
refused-entry-clock = the clock does that, not a person
refused-entry-reason = give the reason: it is kept in the ledger
refused-longer-elsewhere = only the entry's own originators ask for more time
refused-longer-not-asked = nobody asks for more time for this entry
refused-longer-days = give the new last day and the next review as days
refused-no-image = no usable finger or iris image in what was given{ $found }
refused-no-template = no template can be made of these images: give better ones{ $found }
refused-twice-elsewhere = the list { $list } is { $agency }'s: only its own people look for persons who stand on it twice
refused-twice-under-way = the list is being compared already: see how far it is
refused-twice-never = this list was never compared
refused-twice-no-agreement = no agreement in force allows any of this list's purposes

# Examination and alerts
refused-case-closed = this case is closed: nothing more can be decided on it
refused-case-same-person = you have decided on this case already: another examiner must
refused-case-needs-lead = two examiners disagree on this case: a lead examiner decides
refused-case-other-part = you take another part in this case (you proposed or approved the entry, or receive its alerts): another examiner must decide it
refused-alert-not-now = an alert in the state “{ $state }” cannot be changed in this way
refused-alert-not-yours = this alert is not addressed to you
refused-alert-not-recipients = this is not something that a recipient does
refused-retract-reason = say in a sentence why the alert was wrong: its recipients and the list's originator will read it

# Known cases
refused-known-title = { $most ->
    [one] give it a title of at most { $most } letter
   *[other] give it a title of at most { $most } letters
 }
refused-known-file = { $side ->
    [first] give a file for the first capture
   *[second] give a file for the second capture
 }
refused-known-image = { $side ->
    [first] the first capture: no usable finger or iris image in what was given{ $found }
   *[second] the second capture: no usable finger or iris image in what was given{ $found }
 }
refused-known-nothing-in-common = the two captures have no finger or eye in common: nothing could be compared
refused-known-under-way = it is among the examiners' cases already: it is decided like any other

# Redress
refused-redress-kind = say what the person asks for
refused-redress-words = { $most ->
    [one] write down what the person says, in at most { $most } letter
   *[other] write down what the person says, in at most { $most } letters
 }
refused-redress-long = { $most ->
    [one] say it in at most { $most } letter
   *[other] say it in at most { $most } letters
 }
refused-redress-own-entry = you proposed or approved this entry: another officer must decide
refused-redress-not-now = a request in the state “{ $state }” cannot be changed in this way
refused-redress-no-reason = give the reason in a sentence: the person will read it
refused-redress-no-entry = no entry has the reference “{ $reference }”
refused-redress-many-entries = several entries have the reference “{ $reference }”: give the entry's id
refused-redress-no-encounter = no single encounter has the number “{ $number }”
