# The static binary and nothing else. The context is a folder with the unpacked archives of a release: `amd64/`, `arm64/`.
#
#   docker run --rm --volume "$PWD:/isms:ro" ghcr.io/closeloop/closeloop:latest check
FROM scratch
ARG TARGETARCH
COPY --chmod=0755 ${TARGETARCH}/closeloop /closeloop
COPY ${TARGETARCH}/LICENSE-* /
# No user of the machine, and no right to write: a check only reads.
USER 65532:65532
WORKDIR /isms
ENTRYPOINT ["/closeloop"]
CMD ["check"]
