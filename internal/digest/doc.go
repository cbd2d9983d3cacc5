// Package digest brings channels a few resources on a topic, on a schedule.
package digest
