{{/* The Docker engine beside the worker: a native sidecar, which starts before it and ends after it. */}}
{{- define "lambda-lite.dind" -}}
{{- $dind := .Values.worker.docker.dind -}}
{{- $sizing := $dind.sizing -}}
{{- $used := mul (add .Values.worker.concurrency $sizing.dying) $sizing.memoryClassMb -}}
{{- $warmPool := .Values.worker.warmPool -}}
{{- $waiting := int $warmPool.memoryMb | default (mul $warmPool.max $sizing.memoryClassMb) -}}
{{- /* What the scheduler sees is what the sandboxes may use. */}}
{{- $memory := printf "%dMi" (add $used $waiting $sizing.engineMb | int) -}}
- name: docker
  restartPolicy: Always
  image: {{ include "lambda-lite.image" (dict "root" . "image" $dind.image) }}
  imagePullPolicy: {{ $dind.image.pullPolicy }}
  {{- with $dind.command }}
  command: {{ toJson . }}
  {{- end }}
  args: {{ concat (list "--host=unix:///run/docker/docker.sock" "--group=65532") $dind.args | toJson }}
  {{- with $dind.env }}
  env: {{ toYaml . | nindent 4 }}
  {{- end }}
  # The group too: with another one than its containers begin with, runc may not set their limits.
  securityContext: { privileged: true, runAsUser: 0, runAsGroup: 0, runAsNonRoot: false }
  startupProbe: {{ toYaml $dind.startupProbe | nindent 4 }}
  {{- with $dind.livenessProbe }}
  livenessProbe: {{ toYaml . | nindent 4 }}
  {{- end }}
  resources: {{ mergeOverwrite (dict "limits" (dict "memory" $memory) "requests" (dict "memory" $memory)) $dind.resources | toYaml | nindent 4 }}
  volumeMounts:
    - { name: docker-socket, mountPath: /run/docker }
    - { name: docker-storage, mountPath: /var/lib/docker }
{{- end }}

{{/* Copies the sandbox image's archive to where the worker finds it. */}}
{{- define "lambda-lite.sandboxArchive" -}}
{{- $archive := .Values.worker.sandbox.archive -}}
- name: sandbox-archive
  image: {{ include "lambda-lite.image" (dict "root" . "image" $archive.image) }}
  imagePullPolicy: {{ $archive.image.pullPolicy }}
  args: [/sandbox-archive]
  securityContext:
    {{- include "lambda-lite.containerSecurity" . | nindent 4 }}
  resources: {{ toYaml $archive.resources | nindent 4 }}
  volumeMounts:
    - { name: sandbox-archive, mountPath: /sandbox-archive }
{{- end }}
