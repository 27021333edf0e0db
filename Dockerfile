# The image of lifeboat: node, one bundle, our chart. Build it from the repository's root:
#
#   docker build -t registry.example/lifeboat:0.1.0 .
#
# NODE_IMAGE must hold node 20.19 or newer and npm. Pin it by digest for a release of your own.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
# A network with a CA of its own gives it as the build secret `ca`; it does not stay in the image.
RUN --mount=type=secret,id=ca,target=/run/ca.crt,required=false \
    if [ -f /run/ca.crt ]; then export NODE_EXTRA_CA_CERTS=/run/ca.crt; fi; \
    npm ci --ignore-scripts --no-fund --no-audit
COPY . .
RUN node scripts/build.mjs

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="vault-lifeboat" \
      org.opencontainers.image.description="Backup and restore of HashiCorp Vault and OpenBao on Kubernetes" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
# Package managers and shells of the build are of no use in a pod.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn*
COPY --from=build /build/dist/ /app/
COPY --from=build /build/charts/ /app/charts/
COPY --from=build /build/LICENSE /app/LICENSE
RUN printf '#!/bin/sh\nexec node /app/lifeboat.cjs "$@"\n' > /usr/local/bin/lifeboat && chmod 0755 /usr/local/bin/lifeboat
# The user and group of the official charts' servers; every other user works too.
USER 100:1000
ENTRYPOINT ["node", "/app/lifeboat.cjs"]
