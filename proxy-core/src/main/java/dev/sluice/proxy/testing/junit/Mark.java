package dev.sluice.proxy.testing.junit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parameter in the query by which the contract knows each of its requests, wherever it arrives: what the proxy sends
 * on its own, such as a health check, has none. It is in the first line, as a proxy may drop fields. Safe for use by many
 * threads.
 */
final class Mark {
    private static final String NAME = "sluice-contract";
    private static final Pattern IN_TARGET = Pattern.compile("[?&]" + NAME + "=([0-9]+)");
    private static final AtomicLong LAST = new AtomicLong();

    private Mark() {}

    /** The path with a mark that no other request has. */
    static String on(String path) {
        return path + (path.indexOf('?') < 0 ? '?' : '&') + NAME + "=" + LAST.incrementAndGet();
    }

    /** The mark of a request; empty for one that is not the contract's. */
    static String of(String request) {
        int end = request.indexOf("\r\n");
        Matcher found = IN_TARGET.matcher(end < 0 ? request : request.substring(0, end));
        return found.find() ? found.group(1) : "";
    }
}
