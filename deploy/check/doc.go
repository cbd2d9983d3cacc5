// Package check holds what is in deploy, and the Dockerfile, to the programs that
// will read it: each file is decoded by the library that its reader is made from, and
// what it names (settings, metrics, ports, paths, anchors) is compared with what there
// is. It is tests alone, in a module of its own, so that none of those libraries is a
// dependency of the bot.
//
// `make deploy` runs it. TestImageByBuildah builds the image itself, without a Docker
// engine, where ARCHBOT_BUILDAH is set.
package check
