# The image of lifeboat: node with its loader and libraries, one bundle, our chart. No shell, no package manager.
# Build it from the repository's root (docs/image.md: pinning, several processors, a bill of materials):
#
#   docker build -t registry.example/lifeboat:0.1.0 .
#
# `--target ci` makes another one for pipelines, which need a shell.
#
# NODE_IMAGE must hold node 20.19 or newer, npm and node's licence, as the official images do. The digest below is the
# index of node:24-bookworm-slim (node 24.18.1; amd64, arm64) as the official images' own record names it:
# github.com/docker-library/repo-info, repos/node/remote/24-bookworm-slim.md, commit 2fb42a7c1204ce90c8bf85e458cec1447d6f2bbb.
# It was not pulled by us. A newer one: `docker buildx imagetools inspect node:24-bookworm-slim`, the line Digest.
ARG NODE_IMAGE=node:24-bookworm-slim@sha256:235600a8101ab264e117b1768e925532262668dc9b581ef1dd7d96ced463b8e7

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
# A network with a CA of its own gives it as the build secret `ca`; it does not stay in the image.
RUN --mount=type=secret,id=ca,target=/run/ca.crt,required=false --mount=type=cache,target=/root/.npm \
    if [ -f /run/ca.crt ]; then export NODE_EXTRA_CA_CERTS=/run/ca.crt; fi; \
    npm ci --ignore-scripts --no-fund --no-audit --prefer-offline
COPY . .
RUN node scripts/build.mjs --outputs && node scripts/image-root.mjs /image

# For GitLab CI and an Argo CD plugin, whose jobs are lines of a shell (docs/ci.md). Nothing in a cluster's pods runs it.
FROM ${NODE_IMAGE} AS ci
ARG NODE_IMAGE
ARG VERSION=0.1.0
ARG REVISION=
ARG SOURCE=
LABEL org.opencontainers.image.title="vault-lifeboat for pipelines" \
      org.opencontainers.image.description="Backup and restore of HashiCorp Vault and OpenBao on Kubernetes: render, check, plan" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="${NODE_IMAGE}"
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn*
COPY --from=build /image/app/ /app/
COPY --from=build /image/usr/local/bin/lifeboat /usr/local/bin/lifeboat
COPY --from=build /image/etc/ssl/ /etc/ssl/
ENV HOME=/tmp
USER 100:1000
ENTRYPOINT ["node", "/app/lifeboat.cjs"]

# What is built without --target: the image of the pods.
FROM scratch
ARG NODE_IMAGE
ARG VERSION=0.1.0
ARG REVISION=
ARG SOURCE=
# It shares no layer with NODE_IMAGE, so that base.name would be wrong; where node came from is said all the same.
LABEL org.opencontainers.image.title="vault-lifeboat" \
      org.opencontainers.image.description="Backup and restore of HashiCorp Vault and OpenBao on Kubernetes" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      vault-lifeboat.node-image="${NODE_IMAGE}"
COPY --from=build /image/ /
ENV PATH=/usr/local/bin HOME=/tmp
# The user and group of the official charts' servers; every other user works too.
USER 100:1000
ENTRYPOINT ["node", "/app/lifeboat.cjs"]
