package dev.sluice.proxy.header.rule;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.syntax.Ascii;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How far TRACE and OPTIONS go: {@code Max-Forwards} (RFC 9110 §7.6.2), which only applies to these two methods.
 * Immutable.
 *
 * @param trace whether TRACE is let through; false is the safe choice, since the answer to TRACE repeats the client's
 *     fields and those that proxies added
 */
public record MaxForwards(boolean trace) {
    private static final String ALLOW = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    /** Parts of field names that suggest a secret; the answer to TRACE leaves these fields out (RFC 9110 §9.3.8). */
    private static final List<String> SECRET =
            List.of("auth", "cookie", "credential", "key", "password", "secret", "session", "signature", "token");

    /**
     * The answer to a request that goes no further: 405 to a TRACE that is not let through, with the {@code Allow} that
     * RFC 9110 §15.5.6 asks for; at {@code Max-Forwards: 0}, the answer of the last recipient, which for OPTIONS is 200
     * with {@code Allow}, and for TRACE the request as received, without fields that may be secret. Empty if the
     * request goes on.
     *
     * @throws ProxyException if the method is one of the two, and the field is not a number or occurs more than once:
     *     BAD_REQUEST
     */
    public Optional<ProxyResponse> answer(ProxyRequest request) throws ProxyException {
        boolean traces = request.method().equals("TRACE");
        if (traces && !trace) {
            return Optional.of(ProxyResponse.of(405, "TRACE is not allowed here.\n").toBuilder()
                    .addHeader("Allow", ALLOW)
                    .build());
        }
        OptionalInt left = left(request.method(), request.headers());
        if (left.isEmpty() || left.getAsInt() > 0) {
            return Optional.empty();
        }
        ProxyResponse.Builder response = ProxyResponse.builder(200);
        return Optional.of(
                traces
                        ? response.addHeader("Content-Type", "message/http")
                                .body(Body.of(received(request).getBytes(StandardCharsets.ISO_8859_1)))
                                .build()
                        : response.addHeader("Allow", traceAllowed()).build());
    }

    /**
     * The fields as they go on: the count one less for TRACE and OPTIONS, and never below 0; unchanged otherwise.
     *
     * @throws ProxyException as {@link #answer} does
     */
    public Headers apply(String method, Headers outgoing) throws ProxyException {
        OptionalInt left = left(method, outgoing);
        return left.isEmpty()
                ? outgoing
                : outgoing.toBuilder()
                        .set("Max-Forwards", Integer.toString(Math.max(0, left.getAsInt() - 1)))
                        .build();
    }

    private String traceAllowed() {
        return trace ? ALLOW + ", TRACE" : ALLOW;
    }

    private static OptionalInt left(String method, Headers headers) throws ProxyException {
        if (!method.equals("TRACE") && !method.equals("OPTIONS")) {
            return OptionalInt.empty();
        }
        List<String> values = headers.all("Max-Forwards");
        if (values.isEmpty()) {
            return OptionalInt.empty();
        }
        String digits = values.get(0);
        if (values.size() > 1 || !Ascii.areDigits(digits)) {
            throw ProxyException.refused(Outcome.BAD_REQUEST, "Max-Forwards is not one number");
        }
        try {
            return OptionalInt.of(Integer.parseInt(digits));
        } catch (NumberFormatException tooLarge) {
            // RFC 9110 §7.6.2: the new value is the lesser of that and the highest number supported.
            return OptionalInt.of(Integer.MAX_VALUE);
        }
    }

    private static String received(ProxyRequest request) {
        StringBuilder text = new StringBuilder(request.method())
                .append(' ')
                .append(request.target())
                .append(' ')
                .append(request.version())
                .append("\r\n");
        if (request.target().authority() != null) {
            text.append("Host: ").append(request.target().authority()).append("\r\n");
        }
        request.headers().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (SECRET.stream().noneMatch(lower::contains)) {
                text.append(name).append(": ").append(value).append("\r\n");
            }
        });
        return text.append("\r\n").toString();
    }
}
