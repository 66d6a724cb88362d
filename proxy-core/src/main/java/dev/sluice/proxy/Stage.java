package dev.sluice.proxy;

/**
 * Where a filter stands, from the outside in. A server and a route put their filters in this order, whatever the order
 * in which they were added; filters of one stage stand as they were added. All filters of a server are outside of those
 * of a route.
 *
 * <p>So a flood is counted before anybody checks passwords, a page that refuses a client carries the fields that let a
 * browser read it, and nobody compresses what another filter is about to change.
 */
public enum Stage {
    /** Gives the request its id, so that all others, and every answer, have it. */
    REQUEST_ID,
    /** Fields of every response, such as HSTS and CORS. Also sees what the server's own limits refuse. */
    EVERY_RESPONSE,
    /** Answers instead of what is further inside, before anybody is counted: redirects, maintenance. */
    DETOUR,
    /** Limits by address, and addresses that may not enter. */
    BEFORE_AUTHENTICATION,
    /** Finds who sends the request, and refuses it if nobody is found: then there is a {@link Principal}. */
    AUTHENTICATION,
    /** Limits by principal, and what a principal may do. */
    AFTER_AUTHENTICATION,
    /** Your own filters, unless they say otherwise. */
    FILTER,
    /** Compresses responses, and decompresses requests. */
    COMPRESSION,
    /** Changes bodies. */
    BODY,
    /** Sees what goes on to the upstream: copies of requests for another one. */
    INNERMOST
}
