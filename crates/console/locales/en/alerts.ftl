# Alert desk
alerts-title = Alerts
alerts-text = Two examiners confirmed each of these. An alert informs officials; it decides nothing about the person.
alerts-open = { $n ->
    [one] { $n } alert is open
   *[other] { $n } alerts are open
 }
alerts-none = No alert is open.
alerts-closed = Closed lately
alert = Alert
alert-title = Alert { $x }
alert-facts = What it says
alert-confirmed = { $n ->
    [one] Confirmed by { $n } examiner.
   *[other] Confirmed by { $n } examiners, each without knowing of the other.
 }
alert-told = Who was told
raised = Raised
acknowledge-by = Acknowledge
acknowledged = Acknowledged
delivered = Delivered
recipient = Recipient
retraction-receipt = Retraction receipted
with = With
retract-hint = Every recipient is told that it was wrong, the originator too, and the entry goes to review.
