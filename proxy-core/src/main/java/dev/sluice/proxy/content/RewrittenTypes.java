package dev.sluice.proxy.content;

import dev.sluice.proxy.Headers;

/**
 * The types of bodies that a rewrite changes.
 *
 * @param events whether streams of events may be among them
 */
record RewrittenTypes(MediaTypes types, boolean events) {
    boolean has(Headers fields) {
        return types.has(fields) && (events || !MediaTypes.of(fields).equals(MediaTypes.EVENTS));
    }
}
