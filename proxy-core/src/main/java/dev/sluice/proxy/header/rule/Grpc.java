package dev.sluice.proxy.header.rule;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.syntax.Ascii;
import dev.sluice.proxy.time.TimeSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What is special about gRPC over HTTP/2, for which a proxy is a proxy and no peer: its errors are in a status of its own, its
 * calls may be silent for long, and its clients say how long they wait. The source is the project's own text, {@code
 * PROTOCOL-HTTP2.md} and {@code http-grpc-status-mapping.md}. Pure functions, for any number of threads.
 */
public final class Grpc {
    private static final String TYPE = "application/grpc";
    private static final String WEB = "-web";
    private static final String PUSHBACK = "grpc-retry-pushback-ms";

    /** Of the text before the unit (PROTOCOL-HTTP2.md, TimeoutValue). */
    private static final int TIMEOUT_DIGITS = 8;

    private static final int STATUS_DIGITS = 2;
    private static final int PUSHBACK_DIGITS = 9;

    private static final int OK = 0;
    private static final int UNKNOWN = 2;
    private static final int DEADLINE_EXCEEDED = 4;
    private static final int PERMISSION_DENIED = 7;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int UNIMPLEMENTED = 12;
    private static final int INTERNAL = 13;
    private static final int UNAVAILABLE = 14;
    private static final int UNAUTHENTICATED = 16;

    private Grpc() {}

    /** Returns whether the content is gRPC, in any of its encodings. gRPC-Web is not. */
    public static boolean is(Headers headers) {
        String type = headers.first("Content-Type").orElse("");
        return type.regionMatches(true, 0, TYPE, 0, TYPE.length())
                && (type.length() == TYPE.length() || "+; \t-".indexOf(type.charAt(TYPE.length())) >= 0)
                && !type.regionMatches(true, TYPE.length(), WEB, 0, WEB.length());
    }

    /** The status that a call ended with, in its trailers, or in its head if it has no message; -1 without one. */
    public static int status(Headers fields) {
        return Ascii.number(fields.first("grpc-status").orElse(""), STATUS_DIGITS);
    }

    /** Whether the server asks that a failed call is not made again: by a pushback that is no time (proposal A6). */
    public static boolean refusesRetry(Headers fields) {
        return fields.has(PUSHBACK) && pushback(fields) == null;
    }

    /** When the server asks for a failed call again (proposal A6), or null if it does not. */
    public static @Nullable Duration pushback(Headers fields) {
        int millis = Ascii.number(fields.first(PUSHBACK).orElse(""), PUSHBACK_DIGITS);
        return millis < 0 ? null : Duration.ofMillis(millis);
    }

    /** How long the client waits, or null if it does not say, or says something that is no time. */
    static @Nullable Duration timeout(Headers headers) {
        String text = headers.first("grpc-timeout").orElse("");
        int digits = Math.max(0, text.length() - 1);
        long number = Ascii.number(text.substring(0, digits), TIMEOUT_DIGITS);
        if (number < 0) {
            return null;
        }
        return switch (text.charAt(digits)) {
            case 'H' -> Duration.ofHours(number);
            case 'M' -> Duration.ofMinutes(number);
            case 'S' -> Duration.ofSeconds(number);
            case 'm' -> Duration.ofMillis(number);
            case 'u' -> Duration.ofNanos(number * 1_000);
            case 'n' -> Duration.ofNanos(number);
            default -> null;
        };
    }

    /** When the client stops waiting, in nanoseconds of the exchange's clock; NEVER if it does not say. */
    public static long deadlineNanos(Exchange exchange) {
        ProxyRequest request = exchange.request();
        Duration timeout = request == null || !is(request.headers()) ? null : timeout(request.headers());
        if (timeout == null) {
            return TimeSource.NEVER;
        }
        long passed = exchange.time().nanos() - exchange.record().beginNanos();
        return exchange.time().deadline(timeout) - passed;
    }

    /** The timeouts of a call: each of its sides may be silent for as long as one of a tunnel. */
    public static Timeouts timeouts(Timeouts timeouts) {
        Duration silent = timeouts.tunnel();
        return timeouts.toBuilder()
                .head(longer(timeouts.head(), silent))
                .idle(longer(timeouts.idle(), silent))
                .build();
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /**
     * The answer to a call that has failed here, instead of a page: a status in the head and no body ({@code
     * Trailers-Only}), which each client understands.
     *
     * @param page what another client would get
     */
    public static ProxyResponse answer(ProxyResponse page, ProxyException why) {
        int status = status(page.status(), why.outcome());
        page.close();
        return page.toBuilder()
                .status(200)
                .headers(page.headers()
                        .without(name -> name.equalsIgnoreCase("Content-Type")
                                || name.equalsIgnoreCase("Content-Length")
                                || name.equalsIgnoreCase("Content-Encoding")))
                .body(Body.empty())
                .addHeader("Content-Type", TYPE)
                .addHeader("grpc-status", Integer.toString(status))
                .addHeader("grpc-message", message(page.status(), why))
                .build();
    }

    /** The end of a call that has failed here when it was half answered, instead of a reset. */
    public static Headers trailers(Outcome why) {
        return Headers.of(
                "grpc-status", Integer.toString(status(why.status(), why)), "grpc-message", why.status() + " " + why);
    }

    /** The status for one of HTTP (http-grpc-status-mapping.md); a deadline and a limit have their own. */
    static int status(int status, Outcome outcome) {
        if (outcome == Outcome.TOTAL_TIMEOUT) {
            return DEADLINE_EXCEEDED;
        }
        return switch (status) {
            case 400 -> INTERNAL;
            case 401, 407 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404, 405, 501 -> UNIMPLEMENTED;
            case 413, 431 -> RESOURCE_EXHAUSTED;
            case 429, 502, 503, 504 -> UNAVAILABLE;
            default -> status < 400 ? OK : UNKNOWN;
        };
    }

    /** Percent-encoded, as the field must be. */
    private static String message(int status, ProxyException why) {
        String detail = why.publicDetail();
        String text = status + (detail == null ? " " + why.outcome() : " " + detail);
        StringBuilder encoded = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            if (each >= ' ' && each <= '~' && each != '%') {
                encoded.append((char) each);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
            }
        }
        return encoded.toString();
    }
}
