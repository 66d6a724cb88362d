package dev.sluice.proxy.scope;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.TraceContext;
import dev.sluice.proxy.internal.Json;
import dev.sluice.proxy.syntax.ReasonPhrase;
import org.jspecify.annotations.Nullable;

/** The error page of the library, as {@code ErrorHandler.standardPage} promises it. */
public final class StandardPage {
    private StandardPage() {}

    /**
     * The page for a failure.
     *
     * @param request null if it could not be read
     * @param record of the exchange, whose ids are on the page; null for none
     */
    public static ProxyResponse of(
            @Nullable ProxyRequest request, @Nullable ExchangeRecord record, ProxyException why) {
        String id = record == null ? null : record.requestId();
        TraceContext trace = record == null ? null : record.trace();
        int status = why.status();
        String detail = why.publicDetail();
        ProxyResponse.Builder response = ProxyResponse.builder(status).addHeader("Cache-Control", "no-store");
        if (why.outcome() == Outcome.OVERLOADED || why.outcome() == Outcome.NO_UPSTREAM) {
            response.addHeader("Retry-After", "1");
        }
        why.headers().forEach((name, value) -> response.removeHeader(name));
        why.headers().forEach(response::addHeader);
        if (request != null && acceptsJson(request.headers())) {
            Json json = new Json().number("status", status).text("title", title(status));
            if (detail != null) {
                json.text("detail", detail);
            }
            if (id != null) {
                json.text("request_id", id);
            }
            if (trace != null) {
                json.text(TraceContext.PARENT_FIELD, trace.parent());
            }
            return response.addHeader("Content-Type", "application/problem+json")
                    .body(Body.of(json.toString()))
                    .build();
        }
        String line = status + " " + title(status) + (detail == null ? "" : ": " + detail) + "\n"
                + (id == null ? "" : "request id: " + id + "\n")
                + (trace == null ? "" : TraceContext.PARENT_FIELD + ": " + trace + "\n");
        return response.addHeader("Content-Type", "text/plain; charset=utf-8")
                .body(Body.of(line))
                .build();
    }

    /** The status's reason phrase, or its class if it has none. */
    private static String title(int status) {
        String phrase = ReasonPhrase.of(status);
        return phrase.isEmpty() ? status < 500 ? "Client Error" : "Server Error" : phrase;
    }

    /** Returns whether {@code Accept} names JSON with a weight above zero; a wildcard only comes from a browser. */
    public static boolean acceptsJson(Headers headers) {
        for (String range : headers.list("Accept")) {
            String[] parts = range.split(";");
            String type = parts[0].strip();
            boolean json =
                    type.equalsIgnoreCase("application/problem+json") || type.equalsIgnoreCase("application/json");
            if (json && !isRefused(parts)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRefused(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].strip().matches("(?i)q=0(\\.0{0,3})?")) {
                return true;
            }
        }
        return false;
    }
}
