package dev.sluice.proxy.answer;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.internal.Printable;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.internal.Sha256;
import dev.sluice.proxy.syntax.ConnectionFields;
import dev.sluice.proxy.syntax.Methods;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Gives the same answer to every request. Immutable, safe for use by many threads.
 *
 * <pre>{@code
 * Route robots = Route.exactPath("/robots.txt").to(FixedAnswer.text("User-agent: *\nDisallow: /\n"));
 * Route gone = Route.path("/v1/**").to(FixedAnswer.text("Use /v2.").withStatus(410));
 * Route icon = Route.exactPath("/favicon.ico").to(FixedAnswer.file(Path.of("favicon.ico"), "image/x-icon"));
 * }</pre>
 *
 * <p>With status 200 it has an {@code ETag}, and a GET or HEAD of a client that has the same already gets 304 (RFC 9110
 * §13.1.2). Content is read once, when the answer is made.
 */
public final class FixedAnswer implements ProxyHandler {
    private static final int TAG_BYTES = 16;

    private final int status;
    private final Headers fields;
    private final byte[] content;
    private final @Nullable String tag;

    private FixedAnswer(int status, Headers fields, byte[] content) {
        this.status = status;
        this.fields = fields;
        this.content = content;
        this.tag = status == 200 ? fields.first("ETag").orElseGet(() -> tag(content)) : null;
    }

    /** A plain text in UTF-8, with status 200. */
    public static FixedAnswer text(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8), "text/plain; charset=utf-8");
    }

    /** A page in UTF-8, with status 200. */
    public static FixedAnswer html(String page) {
        return of(page.getBytes(StandardCharsets.UTF_8), "text/html; charset=utf-8");
    }

    /** A text in JSON, which is not checked, with status 200. */
    public static FixedAnswer json(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    /** No content, with this status, such as 204 or 410; throws as {@link #withStatus} does. */
    public static FixedAnswer empty(int status) {
        return new FixedAnswer(200, Headers.empty(), new byte[0]).withStatus(status);
    }

    /**
     * These bytes, with status 200.
     *
     * @param type the value of {@code Content-Type}
     * @throws IllegalArgumentException if it cannot be that of a field
     */
    public static FixedAnswer of(byte[] content, String type) {
        return new FixedAnswer(200, Headers.of("Content-Type", type), content.clone());
    }

    /**
     * The content of a file, as it is now, with status 200.
     *
     * @param type the value of {@code Content-Type}
     * @throws IllegalArgumentException if the type cannot be that of a field
     * @throws UncheckedIOException if the file cannot be read; the message names it
     */
    public static FixedAnswer file(Path file, String type) {
        try {
            return of(Files.readAllBytes(file), type);
        } catch (IOException cause) {
            throw new UncheckedIOException("a fixed answer cannot be read: " + file, cause);
        }
    }

    /**
     * A resource of a program, with status 200.
     *
     * @param near a class that is in the same module, and for a relative name in the same package
     * @param name as for {@link Class#getResourceAsStream}
     * @param type the value of {@code Content-Type}
     * @throws IllegalArgumentException if there is no such resource, or the type cannot be that of a field
     * @throws UncheckedIOException if it cannot be read; the message names it
     */
    public static FixedAnswer resource(Class<?> near, String name, String type) {
        try (InputStream stream = near.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalArgumentException(
                        "no resource \"" + Printable.of(name) + "\" beside " + near.getName());
            }
            return of(stream.readAllBytes(), type);
        } catch (IOException cause) {
            throw new UncheckedIOException("a fixed answer cannot be read: " + name, cause);
        }
    }

    /**
     * The same with another status.
     *
     * @throws IllegalArgumentException if it is not 200 to 999, or it is 204, 205 or 304, which have no content (RFC 9110
     *     §15.3.5), and there is some
     */
    public FixedAnswer withStatus(int code) {
        Require.within("status", 200, 999, code);
        boolean without = code == 204 || code == 205 || code == 304;
        if (without && content.length > 0) {
            throw new IllegalArgumentException("status " + code + " has no content");
        }
        return new FixedAnswer(code, fields, content);
    }

    /**
     * The same with another field, such as {@code Cache-Control}; another value for one that it has.
     *
     * @throws IllegalArgumentException if name or value cannot be that of a field of a response; the message names it
     */
    public FixedAnswer withField(String name, String value) {
        if (ConnectionFields.isOfResponse(name)) {
            throw new IllegalArgumentException("field is written by the server itself: " + name);
        }
        return new FixedAnswer(status, fields.toBuilder().set(name, value).build(), content);
    }

    /** The status. */
    public int status() {
        return status;
    }

    /** The fields, without an {@code ETag} that is made of the content. */
    public Headers fields() {
        return fields;
    }

    @Override
    public ProxyResponse handle(ProxyRequest request) {
        if (tag == null) {
            return ProxyResponse.builder(status)
                    .headers(fields)
                    .body(Body.of(content))
                    .build();
        }
        Headers tagged = fields.toBuilder().set("ETag", tag).build();
        return isKnown(request)
                ? ProxyResponse.builder(304)
                        .headers(tagged.without("Content-Type"::equalsIgnoreCase))
                        .build()
                : ProxyResponse.builder(status)
                        .headers(tagged)
                        .body(Body.of(content))
                        .build();
    }

    private boolean isKnown(ProxyRequest request) {
        // The weak comparison of RFC 9110 §8.8.3.2. A tag with a comma is found in pieces, and so is not known.
        return Methods.isRead(request.method())
                && request.headers().list("If-None-Match").stream()
                        .anyMatch(each -> each.equals("*") || opaque(each).equals(opaque(tag)));
    }

    private static String opaque(@Nullable String tag) {
        return tag == null ? "" : tag.startsWith("W/") ? tag.substring(2) : tag;
    }

    private static String tag(byte[] content) {
        return '"' + HexFormat.of().formatHex(Sha256.of(content), 0, TAG_BYTES) + '"';
    }
}
