{{/* Names, labels and the image, and what only the whole of the values can tell to be wrong. */}}

{{- define "vault-lifeboat.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "vault-lifeboat.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "vault-lifeboat.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "vault-lifeboat.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "vault-lifeboat.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "vault-lifeboat.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* The labels that pods are found by. They never change with a version. */}}
{{- define "vault-lifeboat.selectorLabels" -}}
app.kubernetes.io/name: {{ include "vault-lifeboat.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/component: backup
{{- end -}}

{{/* The seven labels of the chart's own. */}}
{{- define "vault-lifeboat.ownLabels" -}}
{{ include "vault-lifeboat.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: vault-lifeboat
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
{{- end -}}

{{/* Labels of every object. */}}
{{- define "vault-lifeboat.labels" -}}
{{- merge (include "vault-lifeboat.ownLabels" . | fromYaml) .Values.commonLabels | toYaml -}}
{{- end -}}

{{- define "vault-lifeboat.podLabels" -}}
{{- merge (include "vault-lifeboat.ownLabels" . | fromYaml) .Values.podLabels .Values.commonLabels | toYaml -}}
{{- end -}}

{{/* The checksum shows which configuration a finished pod ran with, and makes an edit visible in `helm diff`. */}}
{{- define "vault-lifeboat.podAnnotations" -}}
{{- merge (dict "checksum/config" (.Values.config | toJson | sha256sum)) .Values.podAnnotations | toYaml -}}
{{- end -}}

{{/* repository[:tag][@digest] */}}
{{- define "vault-lifeboat.image" -}}
{{- $image := .Values.image -}}
{{- $tag := default (ternary "" .Chart.AppVersion (ne $image.digest "")) $image.tag -}}
{{- required "image.repository is not set: name the repository where you pushed the image of lifeboat, for example with --set image.repository=..., or install with the lifeboat-values.yaml that `lifeboat render` wrote" $image.repository -}}
{{- with $tag }}:{{ . }}{{ end -}}
{{- with $image.digest }}@{{ . }}{{ end -}}
{{- end -}}

{{/* Stops with one sentence where Kubernetes would refuse the objects, or a backup could not run. */}}
{{- define "vault-lifeboat.check" -}}
{{- if not .Values.config -}}
{{- fail "config is empty: install with the lifeboat-values.yaml that `lifeboat render` wrote" -}}
{{- end -}}
{{- /* YAML cannot carry these, and toYaml answers them with nothing instead of an error. */ -}}
{{- if toJson .Values | regexMatch "[\\x{7f}-\\x{9f}\\x{feff}\\x{fffe}\\x{ffff}]" -}}
{{- fail "the values hold a control character, which is surely not meant: look for \\u007f to \\u009f and \\ufeff in them" -}}
{{- end -}}
{{- $fullname := include "vault-lifeboat.fullname" . -}}
{{- if gt (len $fullname) 52 -}}
{{- fail (printf "the name %q of the CronJob has %d characters, and Kubernetes allows 52: set fullnameOverride to a shorter name" $fullname (len $fullname)) -}}
{{- end -}}
{{- $own := include "vault-lifeboat.ownLabels" . | fromYaml -}}
{{- range $field := list "commonLabels" "podLabels" -}}
{{- range $label := keys (get $.Values $field) | sortAlpha -}}
{{- if hasKey $own $label -}}
{{- fail (printf "%s sets %s, which the chart sets itself: leave it out" $field $label) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $names := list "config" "tmp" -}}
{{- $paths := list "/lifeboat/config" "/tmp" -}}
{{- if .Values.vaultToken.enabled -}}
{{- $names = append $names "token" -}}
{{- $paths = append $paths "/lifeboat/token" -}}
{{- end -}}
{{- range concat .Values.mounts .Values.extraVolumes -}}
{{- if has .name $names -}}
{{- fail (printf "two volumes of the pod are named %q: rename the one in mounts or extraVolumes (config, tmp and token are the chart's own)" .name) -}}
{{- end -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- range concat .Values.mounts .Values.extraVolumeMounts -}}
{{- $path := default "/" (trimSuffix "/" .mountPath) -}}
{{- if has $path $paths -}}
{{- fail (printf "two volumes are mounted at %s: change the one in mounts or extraVolumeMounts (/lifeboat/config, /lifeboat/token and /tmp are the chart's own)" $path) -}}
{{- end -}}
{{- $paths = append $paths $path -}}
{{- end -}}
{{- end -}}

{{/* What the object of a mount must hold, as far as `config` tells it: (dict "path" ... "config" ...) */}}
{{- define "vault-lifeboat.keysOfMount" -}}
{{- $path := .path -}}
{{- $caFiles := list (dig "store" "s3" "caFile" "" .config) (dig "vault" "tls" "caFile" "" .config) -}}
{{- if eq $path (dig "store" "s3" "credentials" "" .config) -}}
the keys AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
{{- else if eq $path (dig "store" "gcs" "credentials" "" .config) -}}
the key key.json
{{- else if eq $path (dig "store" "azure" "credentials" "" .config) -}}
one of the keys AZURE_STORAGE_KEY and AZURE_STORAGE_SAS_TOKEN
{{- else if eq $path (dig "auth" "approle" "credentials" "" .config) -}}
the keys role_id and secret_id
{{- else -}}
{{- range $file := $caFiles -}}
{{- if and $file (eq (dir $file) $path) -}}
the key {{ base $file }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
