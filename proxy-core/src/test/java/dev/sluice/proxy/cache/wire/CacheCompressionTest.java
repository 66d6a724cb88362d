package dev.sluice.proxy.cache.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.cache.CacheRules;
import dev.sluice.proxy.content.Compression;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/** Responses that are compressed once, and stored so (RFC 9110 §8.4, RFC 9111 §4.1). */
class CacheCompressionTest extends CacheWireTable {
    private static final String[] FIELDS = {"Cache-Control: max-age=60", "Content-Type: text/plain", "ETag: \"a\""};
    private static final String TEXT = "0123456789".repeat(500);
    private static final String GZIP = "Accept-Encoding: gzip";
    private static final String SECTION = "RFC 9110 8.4";

    @Override
    CacheRules rules() {
        return CacheRules.builder().compression(Compression.DEFAULT).build();
    }

    @Override
    void rows(CacheRow rows) {
        rows.required(SECTION, "it is done once for all who accept it", talk -> {
            talk.body(200, TEXT, FIELDS);
            for (String accepted : new String[] {"gzip", "gzip, deflate, br, zstd", "br;q=0.1, GZIP", "*"}) {
                isCompressed(talk.get("Accept-Encoding: " + accepted));
            }
            talk.isAsked(1);
            assertThat(talk.asked().get(0)).contains("Accept-Encoding: gzip\r\n");
        });
        rows.required(SECTION, "others get the plain form", talk -> {
            talk.body(200, TEXT, FIELDS).body(200, TEXT, FIELDS);
            isCompressed(talk.get(GZIP));
            for (String accepted : new String[] {"identity", "gzip;q=0", "br"}) {
                isPlain(talk.get("Accept-Encoding: " + accepted));
            }
            isPlain(talk.get());
            isCompressed(talk.get(GZIP).isUnasked());
            talk.isAsked(2);
            assertThat(talk.asked().get(1)).doesNotContain("Accept-Encoding", "If-None-Match");
        });
        rows.required("RFC 9110 14.2", "parts are of the plain form", talk -> {
            talk.body(200, TEXT, FIELDS).body(206, "234", "Content-Range: bytes 2-4/5000", FIELDS[0], FIELDS[2]);
            isCompressed(talk.get(GZIP));
            talk.get(GZIP, "Range: bytes=2-4").isAsked().has(206, "234").has("ETag: \"a\"");
            talk.get(GZIP, "Range: bytes=3-3", "If-Range: \"a\"").isUnasked().has(206, "3");
            isCompressed(talk.get(GZIP).isUnasked());
        });
        rows.required("RFC 9110 8.8.3.2", "tags are compared weakly", talk -> {
            talk.body(200, TEXT, FIELDS);
            isCompressed(talk.get(GZIP));
            talk.get(GZIP, "If-None-Match: W/\"a\"").isUnasked().has(304);
            talk.get(GZIP, "If-None-Match: \"a\"").isUnasked().has(304);
            isCompressed(talk.get(GZIP, "If-None-Match: \"b\"").isUnasked());
        });
        validated(rows);
        rows.required(SECTION, "what is not compressed is stored once for all", talk -> {
            talk.body(200, "short", FIELDS);
            talk.get(GZIP).has(200, "short").has("ETag: \"a\"");
            talk.get().isUnasked().has(200, "short");
        });
        rows.required("RFC 9111 5.2.2.6", "no-transform", talk -> {
            talk.body(200, TEXT, "Cache-Control: max-age=60, no-transform", FIELDS[1], FIELDS[2]);
            talk.get(GZIP).has(200, TEXT).lacks("Content-Encoding");
            talk.get(GZIP).isUnasked().has(200, TEXT);
        });
        rows.required("RFC 9111 5.2.1.6", "no-transform of one client is not for others", talk -> {
            talk.body(200, TEXT, FIELDS).body(200, TEXT, FIELDS);
            isPlain(talk.get(GZIP, "Cache-Control: no-transform"));
            isCompressed(talk.get(GZIP));
            isCompressed(talk.get(GZIP).isUnasked());
            isPlain(talk.get(GZIP, "Cache-Control: no-transform").isUnasked());
            isPlain(talk.get().isUnasked());
        });
    }

    private static void validated(CacheRow rows) {
        rows.required("RFC 9111 4.3.4", "each form is validated by its own tag", talk -> {
            talk.body(200, TEXT, FIELDS)
                    .body(200, TEXT, FIELDS)
                    .answer(304, FIELDS)
                    .answer(304, FIELDS);
            isCompressed(talk.get(GZIP));
            isPlain(talk.get());
            talk.advance(61);
            isPlain(talk.get().isValidated("If-None-Match: \"a\""));
            isCompressed(talk.get(GZIP).isValidated("If-None-Match: W/\"a\""));
            isPlain(talk.get().isUnasked());
            isCompressed(talk.get(GZIP).isUnasked());
        });
        for (String vary : new String[] {
            "Server: no-vary", "Vary: Origin", "Vary: Accept-Encoding", "Vary: Origin, Accept-Encoding"
        }) {
            for (String type : new String[] {"image/png", "text/plain"}) {
                confirmed(rows, vary, type);
            }
        }
        rows.required("RFC 9111 4.3.5", "an answer to HEAD has the fields of its form", talk -> {
            talk.body(200, TEXT, FIELDS);
            isCompressed(talk.get(GZIP));
            talk.send("HEAD", "", GZIP).isUnasked().has("Content-Encoding: gzip", "ETag: W/\"a\"");
        });
    }

    /** The 304 does not show that it was too short, or an image: it often has no type. */
    private static void confirmed(CacheRow rows, String vary, String type) {
        rows.required("RFC 9111 4.3.4", "what was not worth it stays stored: " + type + " " + vary, talk -> {
            String body = type.startsWith("image") ? TEXT : "short";
            talk.body(200, body, "Cache-Control: max-age=60", "Content-Type: " + type, "ETag: \"a\"", vary)
                    .answer(304, "Cache-Control: max-age=60", "ETag: \"a\"", vary)
                    .answer(304, "Cache-Control: max-age=60", "ETag: \"a\"", vary);
            for (int i = 0; i < 3; i++) {
                talk.get(GZIP).has(200, body).lacks("Content-Encoding");
                talk.get(GZIP).isUnasked().has(200, body);
                talk.advance(61);
            }
            assertThat(talk.asked().subList(1, 3)).allMatch(each -> each.contains("If-None-Match: \"a\""));
        });
    }

    private static void isCompressed(CacheReply reply) throws IOException {
        reply.has(200).has("Content-Encoding: gzip", "ETag: W/\"a\"", "Vary: Accept-Encoding");
        byte[] body = reply.message().body().getBytes(StandardCharsets.ISO_8859_1);
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
                    .isEqualTo(TEXT);
        }
    }

    private static void isPlain(CacheReply reply) {
        reply.has(200, TEXT).has("ETag: \"a\"", "Vary: Accept-Encoding").lacks("Content-Encoding");
    }
}
