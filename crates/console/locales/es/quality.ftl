# Casos de respuesta conocida (S22)
quality-title = Calidad
quality-text = { $n ->
    [one] Tras cada caso ajeno, los examinadores reciben uno cuya respuesta se conoce aquí. Nada lo distingue.
   *[other] Tras {$s} casos ajenos, en promedio, los examinadores reciben uno cuya respuesta se conoce aquí. Nada lo distingue.
}
quality-off = Los casos conocidos están desactivados: ajuste known_case_every en hub.toml.
quality-answers = Lo que dijeron los examinadores de los casos conocidos
quality-examiner = Examinador
quality-mistaken = Dos personas tomadas por una
quality-missed = Una persona tomada por dos
quality-open = Sin respuesta
quality-all = Todos juntos
quality-share = {$n} de {$m}
quality-interval = Bajo cada cuenta: entre qué límites está la proporción verdadera, 19 veces de cada 20. Unos pocos casos dicen poco de nadie; esta página sirve para formar y no la ve nadie más.
quality-cases = Casos conocidos
quality-case = Caso
quality-answer = Respuesta conocida
quality-decisions = Decisiones
quality-wrong = Erróneas
quality-added = Preparado
quality-withdraw = Retirar
quality-none = Aún no hay casos conocidos.
quality-new = Preparar un caso conocido
quality-new-text = Use capturas cuyos titulares hayan consentido este uso. Quien prepara un caso no puede examinar. Las imágenes se destruyen 30 días después de la última decisión; las cuentas quedan.
quality-name = Nombre, solo para esta página
quality-first = Primera captura
quality-second = Segunda captura
quality-file-hint = Una transacción ANSI/NIST; entre las dos, {$s} MiB como máximo
quality-new-go = Preparar
