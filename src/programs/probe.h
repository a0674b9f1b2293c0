/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * probe - the probe process: scans, in its sandbox.
 *
 * All contact with scanned hosts, and all reading of what strangers sent, happens here. It opens what it needs (root
 * lists, resolver, the channel), gives up everything else, and serves the engine: a scan, its targets, its end. Each
 * certificate is told once before the first record that shows it, with its facts, so that the engine never reads a
 * stranger's DER.
 */

/* Serves on that descriptor until the engine closes it. Answers an exit code of the command line. */
int probe_process(int fd);
