# Examiner's queue
examine-title = Examinar
examine-text = Los casos llegan uno a uno, primero los prioritarios y luego los más antiguos. Usted ve el material y nada más; otro examinador ve lo mismo y nunca su decisión.
examine-next = Tomar el siguiente caso
examine-next-hint = Déjelo cuando quiera: hasta que decida no se guarda nada y el caso espera.
examine-waiting = { $n ->
    [one] { $n } caso en espera
   *[other] { $n } casos en espera
 }
case = Caso
pace = Ritmo
case-waits = Espera
case-due = Plazo
cases-none = Nada en espera.

# Conflict desk
conflicts-title = Conflictos
conflicts-text = Dos examinadores discreparon. Usted decide como tercero, en la misma mesa ciega.
conflict-take = Tomarlo
conflicts-settled = Resueltos recientemente
conflicts-settled-hint = Las decisiones solo se muestran cuando constan las tres.
conflicts-none-settled = Ninguno todavía.
settled = Resuelto
decisions = Primera, segunda, tercera
outcome = Resultado

# Workbench
bench-title = Caso { $x }
bench-back = Cola
bench-waits = espera
bench-about-quality = calidad: { $x }
bench-positions = Posiciones que ambos tienen
bench-view-tools = Tamaño y giro
bench-tools = Herramientas
bench-minutiae = Minucias
bench-flow = Flujo
bench-quality = Calidad
bench-pairs = Pares
bench-invert = Invertir
bench-contrast = Contraste
bench-contrast-keys = Más contraste, menos contraste
bench-measure = Medir
bench-measure-keys = Medir y contar crestas entre dos puntos
bench-mark = Marca propia
bench-mark-keys = Poner una marca propia
bench-point-keys = Con una herramienta: fijar un punto bajo la cruz
bench-own-marks = Sus marcas
bench-link = Enlazadas
bench-zoom = Más grande, más pequeño
bench-zoom-in = Más grande
bench-zoom-out = Más pequeño
bench-turn = Girar (con Mayús: solo este lado)
bench-turn-left = Girar a la izquierda
bench-turn-right = Girar a la derecha
bench-fit = Ajustar
bench-pan = Mover (con Mayús: poco a poco)
bench-next-position = Posición anterior, siguiente
bench-keys-look = Ver
bench-keys-move = Mover
bench-keys-work = Trabajar
bench-worksheet = Hoja de trabajo
bench-agree = Qué coincide
bench-differ = Qué difiere
bench-limits = Qué no permite el material
bench-decide = Su decisión
bench-confirm = Lo he mirado todo
bench-send = Guardar la decisión
bench-second = Confirme con una segunda tecla. No se puede retirar.
bench-yes = Confirmar
bench-no = Todavía no
bench-no-js = El visor necesita JavaScript. Las imágenes se muestran abajo sin él; la decisión funciona igualmente.
bench-js-probe = Muestra
bench-js-candidate = Candidato
bench-js-mark-prompt = ¿Qué ve aquí?
bench-js-ridges = crestas
bench-js-mm = mm
bench-js-px = px
