# Alert desk
alerts-title = Alertas
alerts-text = Dos examinadores confirmaron cada una. Una alerta informa a los funcionarios; no decide nada sobre la persona.
alerts-open = { $n ->
    [one] { $n } alerta abierta
   *[other] { $n } alertas abiertas
 }
alerts-none = No hay alertas abiertas.
alerts-closed = Cerradas recientemente
alert = Alerta
alert-title = Alerta { $x }
alert-facts = Qué dice
alert-confirmed = { $n ->
    [one] Confirmada por { $n } examinador.
   *[other] Confirmada por { $n } examinadores, cada uno sin saber del otro.
 }
alert-told = Quién fue informado
raised = Emitida
acknowledge-by = Acusar recibo
acknowledged = Recibo acusado
delivered = Entregada
recipient = Destinatario
retraction-receipt = Retirada acusada
with = A cargo de
retract-hint = Se avisa a cada destinatario de que fue errónea, también al originador, y la entrada pasa a revisión.
