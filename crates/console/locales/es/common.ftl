# The frame of every page and words that many pages share.
skip = Ir al contenido
nav = Principal
nav-waiting = { $n ->
    [one] { $n } le espera
   *[other] { $n } le esperan
 }
nav-waiting-word = en espera
training = Formación
training-text = Nada en este centro se refiere a una persona real.
preferences = Idioma y tema
language = Idioma
theme = Tema
shortcuts = Atajos de teclado
shortcuts-short = Atajos
sign-out = Cerrar sesión
close = Cerrar
back = Volver
cancel = Cancelar
choose = Elija
all = Todos
on = Activados
off = Desactivados
never = Nunca
actions = Acciones
actions-none = Aquí no hay nada que usted pueda hacer.
why = Motivo
filter-go = Mostrar
errors-title = Aún no se ha guardado. Corrija, por favor:

# Keys
keys-everywhere = En todas partes
keys-go = Ir a
keys-help = Mostrar esta ayuda
keys-find = Buscar
keys-rows = Fila siguiente y anterior
keys-open = Abrir la fila
keys-esc = Cerrar o salir
help-bench = En la mesa de examen
help-off = Los atajos de una sola tecla se pueden desactivar en su perfil.

# Time
time-now = ahora mismo
time-ago = hace { $x }
time-in = en { $x }
duration-s = { $n } s
duration-min = { $n } min
duration-h = { $n } h
duration-h-min = { $n } h { $m } min
duration-d = { $n ->
    [one] { $n } día
   *[other] { $n } días
 }
from = Desde
to = Hasta
when = Cuándo
as-of = a fecha de
overdue = vencido
due = vence
timeline = Historial
event-opened = Expediente abierto
event-read-refused = No se abrió: faltaba la finalidad o el expediente
event-encounter-decoded = Transacción leída
event-encounter-assessed = Imágenes revisadas
event-encounter-extracted = Plantillas creadas
event-encounter-searched = Listas consultadas
event-encounter-not-searched = No se consultó: ya ningún acuerdo lo permite
event-encounter-searched-earlier = Buscado en encuentros anteriores
event-encounter-pair-opened = Un encuentro anterior a examen
event-encounter-same-person = Dos examinadores: la persona de otro encuentro
event-encounter-forwarded = Enviado a un centro asociado
event-encounter-not-forwarded = No enviado a un centro asociado
event-encounter-refused = Enviado otra vez con otros datos: no aceptado
event-encounter-deleted-by-partner = Eliminación confirmada por un centro asociado
event-case-opened = Un candidato a examen
event-answer-made = Respuesta preparada
event-answer-collected = Llegó la respuesta de un centro asociado
event-entry-extension-asked = Se pidió más tiempo
event-entry-extended = Se aprobó más tiempo
event-entry-extension-refused = Se denegó más tiempo
event-entry-searched-earlier = Buscada en encuentros anteriores
event-alert-escalated = Escalada
event-alert-retraction-delivered = Retirada entregada
live-on = En directo
live-off = Conexión perdida; se reintenta
live-still = A las

# Tables
pages = Páginas
page-of = Página { $n } de { $m }
page-back = Anterior
page-next = Siguiente
rows-n = { $n ->
    [one] { $s } fila
   *[other] { $s } filas
 }
n-of-m = { $n } de { $m }
days-n = { $n ->
    [one] { $n } día
   *[other] { $n } días
 }

# Nouns
state = Estado
station = Estación
site = Sede
person = Persona
nobody-yet = Nadie todavía
machine = el sistema
destination = Destino
fingers = Dedos
eyes = Ojos
purpose = Finalidad
case-number = Número de expediente
received = Recibido
captured = Captado
contact = Contacto
roles = Funciones
name = Nombre
kind = Tipo
version = Versión
last-seen = Visto por última vez
waiting = En espera
oldest = Más antiguo
note = Nota
changed = Modificado
code-for = Código de un solo uso para { $x }
code-once = Solo se muestra esta vez. Entréguelo en persona o por un segundo canal. Deja de funcionar a las
