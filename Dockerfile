# The bot alone: one static binary, the roots that certificates are checked with, and
# a directory for the state where there is no Redis. No shell, no package, no root.
#
#     docker build -t archbot --build-arg VERSION=v1.2.3 .
#     docker buildx build --platform linux/amd64,linux/arm64 -t archbot .
#
# The compiler runs on the builder's own platform and cross-compiles, so that no
# platform is emulated. The same source, Go and VERSION give the same bytes.

ARG GO_VERSION=1.26.8

FROM --platform=$BUILDPLATFORM docker.io/library/golang:${GO_VERSION}-alpine AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=dev
# Without cgo there is no C library to link to; the tags say the same for names and
# users. Zones are in the binary: internal/digest embeds them.
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH GOFLAGS=-mod=readonly \
    go build -trimpath -buildvcs=false -tags netgo,osusergo \
    -ldflags "-s -w -buildid= -X archbot/internal/app.version=$VERSION" \
    -o /out/archbot ./cmd/archbot
# What the image has besides: nothing can be made or changed in it later.
RUN mkdir -p /root-of-image/var/lib/archbot /root-of-image/etc/ssl/certs && \
    cp /etc/ssl/certs/ca-certificates.crt /root-of-image/etc/ssl/certs/ && \
    cp /out/archbot /root-of-image/archbot && \
    chmod 0555 /root-of-image/archbot && chmod 0700 /root-of-image/var/lib/archbot

FROM scratch
COPY --from=build /root-of-image/etc /etc
COPY --from=build /root-of-image/archbot /archbot
COPY --from=build --chown=65532:65532 /root-of-image/var/lib/archbot /var/lib/archbot
# A number, as there is no file of names, and as Kubernetes can see that it is not root.
USER 65532:65532
# Logs are for a machine to read, and the private listener is the container's own:
# publish 8080 alone. The state's file is used where REDIS_URL is not set.
ENV ARCHBOT_ADDR=:8080 \
    ARCHBOT_PRIVATE_ADDR=:9090 \
    ARCHBOT_LOG=info \
    ARCHBOT_LOG_FORMAT=json \
    ARCHBOT_STATE=/var/lib/archbot/archbot.db
EXPOSE 8080 9090
VOLUME /var/lib/archbot
STOPSIGNAL SIGTERM
# Alive, not ready: whoever restarts what is unhealthy must not do so because Slack is
# down. There is no curl here, so the bot asks itself.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["/archbot", "probe"]
ENTRYPOINT ["/archbot"]
CMD ["serve"]

ARG VERSION=dev
ARG REVISION=
LABEL org.opencontainers.image.title="archbot" \
      org.opencontainers.image.description="Recommends software-architecture resources out of a curated list, in Slack, on Discord and in a terminal" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
