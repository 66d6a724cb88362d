package dev.sluice.balancer.status;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.internal.Json;
import dev.sluice.proxy.internal.Printable;
import dev.sluice.proxy.syntax.IpLiteral;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Takes the requests for actions: a form, and the page's secret in a field that a form of another site cannot send, and
 * that its script cannot read. Safe for use by many threads.
 */
final class ActionRequests {
    private static final int LONGEST_FORM = 16 * 1024;

    private final StatusActions actions;
    private final String token;

    ActionRequests(StatusActions actions) {
        this.actions = actions;
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        this.token = HexFormat.of().formatHex(secret);
    }

    /** The secret, which is in the data of the page. */
    String token() {
        return token;
    }

    ProxyResponse handle(ProxyRequest request) throws IOException {
        if (!request.method().equals("POST")) {
            return ProxyResponse.builder(405).addHeader("Allow", "POST").build();
        }
        if (!isOfThePage(request)) {
            return answer(403, "error", "this did not come from the page; load it again");
        }
        try {
            Map<String, String> form = form(new String(request.body().readAll(LONGEST_FORM), StandardCharsets.UTF_8));
            return answer(200, "done", actions.run(form, who(request)));
        } catch (IllegalArgumentException | IllegalStateException refused) {
            return answer(400, "error", String.valueOf(refused.getMessage()));
        } catch (UncheckedIOException failed) {
            return answer(500, "error", String.valueOf(failed.getMessage()));
        }
    }

    private boolean isOfThePage(ProxyRequest request) {
        String site = request.headers().first("Sec-Fetch-Site").orElse("same-origin");
        String shown = request.headers().first("X-Sluice-Token").orElse("");
        return site.equals("same-origin")
                && MessageDigest.isEqual(
                        shown.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    /** Who sends a request, for the log, where no name may forge a line. */
    static String who(ProxyRequest request) {
        ExchangeRecord record = request.exchange().record();
        InetAddress address = record.forwardedClient().address();
        Principal principal = record.principal();
        return (principal == null ? "somebody" : Printable.of(principal.name()))
                + " at "
                + (address == null ? "an unknown address" : IpLiteral.format(address));
    }

    private static Map<String, String> form(String text) {
        Map<String, String> form = new LinkedHashMap<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("this is not a form");
            }
            form.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
        }
        return form;
    }

    /** Throws IllegalArgumentException if an escape is malformed. */
    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static ProxyResponse answer(int status, String name, String text) {
        return StatusAnswers.safe(status, "application/json")
                .body(Body.of(new Json().text(name, text).toString()))
                .build();
    }
}
