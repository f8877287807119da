# Lists and entries
lists-title = Listas
lists-all = Todas las listas
lists-none = Ninguna lista que usted pueda ver.
lists-approvals = Esperan su aprobación
lists-active = Consultadas
lists-proposed = Propuestas
lists-review = Por revisar
list = Lista
entry = Entrada
entry-open = Abrir la entrada
entry-title = Entrada { $x }
entries-none = Ninguna entrada coincide.
reference = Referencia
category = Categoría
categories = Categorías
originator = Originador
recipients = Informados si se confirma
cap = Duración máxima
legal-basis = Base jurídica individual
caveat = Advertencia
handling = Código de uso
starts = Comienza
expires = Caduca
expires-new = Nuevo último día
review = Revisar antes de
proposed = Propuesta
proposed-by = Propuesta por
approved-by = Aprobada por
source = Muestras de
entry-facts = Qué dice
entry-samples = Muestras
entry-life = En qué punto está
entry-look-approve = Ver todo y aprobar o rechazar
not-searched = No se consulta:
misused-title = Identidad usurpada.
misused-text = La persona en la estación puede ser víctima de alguien que usó esta identidad. Lea antes la advertencia.
misused-check = La persona es víctima de usurpación de identidad: indicarlo en la próxima confirmación
entry-hint-approve = Se consultará desde su primer día.
entry-hint-refuse = La propuesta termina aquí; sus muestras se destruyen.
entry-hint-suspend = Surte efecto de inmediato, en todas partes. Basta una persona.
entry-hint-resume = Volverá a consultarse.
entry-hint-dispute = La persona la impugna. Sus alertas se retienen hasta que se resuelva.
entry-hint-extend = Una segunda persona debe aprobar la prórroga.
entry-hint-revoke = Termina para siempre, en todas partes. No se puede deshacer.
entry-hint-purge = Destruye las claves de sus muestras, también en las copias. No se puede deshacer.
propose = Proponer una entrada
propose-title = Proponer una entrada
propose-text = Una segunda persona lo ve todo y lo aprueba antes de que se consulte.
propose-why = Por qué
propose-when = Cuánto tiempo
propose-cap = { $n ->
    [one] Como máximo { $n } día desde su comienzo.
   *[other] Como máximo { $n } días desde su comienzo. La revisión va antes del final.
 }
propose-samples = Muestras
propose-go = Enviar para aprobación
legal-basis-hint = La decisión sobre esta persona: tribunal, fecha, número. Una norma general no basta.
case-number-becomes = Desde ahora, la referencia de la entrada.
category-hint = De la lista cerrada de este centro.
handling-hint = Cómo pueden usarla los destinatarios.
caveat-hint = Lo que un funcionario debe saber antes de actuar.
upload-limit = Archivos de { $n } MiB como máximo en total.
transaction-file = Transacción ANSI/NIST
transaction-hint = Un archivo .an2, .eft o .nist con dedos, ojos o ambos.
images-instead = Imágenes sueltas en su lugar
ppi = Resolución, ppp
ppi-hint = Solo si los archivos no lo indican.
approval-title = Aprobar o rechazar
approval-text = Usted es la segunda persona. Ve todo lo propuesto; lo que apruebe se consultará también en su nombre.
approval-own-title = Usted propuso esta entrada.
approval-same-basis = { $n ->
    [one] Otra entrada ({ $n }) tiene la misma base jurídica, palabra por palabra. ¿Se refiere a esta persona?
   *[other] Otras { $n } entradas tienen la misma base jurídica, palabra por palabra. ¿Se refiere a esta persona?
 }
approval-verdict = Su decisión
approval-check-person = La base jurídica se refiere a esta persona.
approval-check-basis = La categoría y la advertencia se derivan de ella.
approval-check-time = El plazo no es mayor de lo necesario.
approval-check-samples = Las muestras son de esta persona y sirven.
approval-confirm = Lo he visto todo y respondo de ello
approval-note = Nota
approval-note-hint = Necesaria para rechazar.

# Personas que figuran dos veces
twice-title = Personas que quizá figuren dos veces en esta lista
twice-text = Todas las entradas se comparan con todas. Si dos parecen una misma persona, dos examinadores deben confirmarlo, a ciegas como siempre. Nada se fusiona: quien responde de la lista termina una de las entradas.
twice-begin = Comparar todas las entradas
twice-running = En curso
twice-finished = Terminada
twice-progress = { $n } de { $m } entradas comparadas
twice-incomplete = { $n } sin comparar con todas
twice-other = Quizá la misma persona que
twice-found = Hallado
longer-asked = Se pide más tiempo.
longer-basis = Fundamento legal individual, revisado ahora
entry-hint-approve-longer = Usted revisó el fundamento legal: se firma de nuevo y se busca hasta su nuevo último día.
entry-hint-refuse-longer = Termina el día que tenía.
