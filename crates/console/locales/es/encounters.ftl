# Encounters
encounters-title = Encuentros
encounters-none = Ningún encuentro coincide. Amplíe los días o el estado.
encounter = Encuentro
encounter-title = Encuentro { $x }
receipt-number = Número de recibo
answers-col = Respuestas
authority = Autoridad
age-band = Grupo de edad
notice-shown = Aviso mostrado
encounter-facts = Datos
encounter-samples = Captado
encounter-searches = Búsquedas
encounter-no-searches = Aún no se ha buscado.
encounter-answers = Respuestas
encounter-no-answers = Aún no se ha preguntado a ningún destino.
encounter-findings = Observaciones en la transacción
search-complete = completa
search-partial = incompleta
search-candidates = { $n ->
    [one] { $n } candidato a examen
   *[other] { $n } candidatos a examen
 }
answered = respondió
answered-not = no respondió
answer-searched = Listas consultadas:
answer-missing = No respondieron:
answer-open = El caso sigue abierto.
entries = Entradas
no-image = Sin imagen
stored-only = solo se guarda, nunca se busca

# Fingers, eyes, absences
finger-0 = Dedo, desconocido
finger-1 = Pulgar derecho
finger-2 = Índice derecho
finger-3 = Medio derecho
finger-4 = Anular derecho
finger-5 = Meñique derecho
finger-6 = Pulgar izquierdo
finger-7 = Índice izquierdo
finger-8 = Medio izquierdo
finger-9 = Anular izquierdo
finger-10 = Meñique izquierdo
finger-11 = Pulgar derecho plano
finger-12 = Pulgar izquierdo plano
finger-13 = Cuatro dedos derechos
finger-14 = Cuatro dedos izquierdos
finger-15 = Ambos pulgares
eye-unknown = Ojo, lado desconocido
eye-right = Ojo derecho
eye-left = Ojo izquierdo
mark-n = Marca { $n }
absence-amputated = Amputado
absence-unable-to-print = No se puede tomar
absence-scarred = Con cicatriz
absence-worn = Crestas desgastadas
absence-paralysed = La mano no se abre
absence-under-age-limit = Menor de la edad mínima
absence-refused = Declinó
absence-medical = Motivo médico
absence-equipment = Equipo
absence-eye-missing = Falta el ojo
absence-cannot-open = No se puede abrir
absence-patch = Parche o vendaje
absence-cataract = Catarata
absence-lens-not-removed = Lentilla no retirada
absence-other = Otro

# Age bands and classes of data
age-under-six = menos de 6 años
age-six-to-thirteen = de 6 a 13 años
age-fourteen-to-seventeen = de 14 a 17 años
age-adult = 18 años o más
modality-finger = dedos
modality-iris = iris
modality-mark = marcas
