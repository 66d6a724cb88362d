package dev.sluice.balancer.status;

import dev.sluice.proxy.Body;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The page as it goes to a browser: one document, and the policy that lets the browser run nothing but what is in it
 * (Content Security Policy Level 3). Immutable.
 *
 * @param body the HTML, with its style and its script within; can be opened many times
 * @param policy the value of {@code Content-Security-Policy}
 */
record PageHtml(Body body, String policy) {
    /** Puts the page together from its three files. */
    static PageHtml load() {
        String style = resource("status.css");
        String script = resource("status.js");
        String document =
                resource("status.html").replace("/*status.css*/", style).replace("/*status.js*/", script);
        String policy = "default-src 'none'; script-src " + hash(script) + "; style-src " + hash(style)
                + "; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        return new PageHtml(Body.of(document), policy);
    }

    private static String resource(String name) {
        try (InputStream stream = PageHtml.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
