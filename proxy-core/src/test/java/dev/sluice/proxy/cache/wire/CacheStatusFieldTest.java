package dev.sluice.proxy.cache.wire;

import dev.sluice.proxy.cache.CacheRules;

/** {@code Cache-Status} on the wire (RFC 9211). */
class CacheStatusFieldTest extends CacheWireTable {
    private static final String LONG = "Cache-Control: max-age=3600";
    private static final String FIELD = "RFC 9211 2";

    @Override
    CacheRules rules() {
        return CacheRules.builder().statusField(true).build();
    }

    private static String key(CacheTalk talk, String more) {
        return "; key=\"" + talk.url("") + '"' + more;
    }

    @Override
    void rows(CacheRow rows) {
        rows.optimal("RFC 9211 2.1", "a hit", talk -> {
            talk.ok(LONG);
            talk.get();
            talk.advance(10);
            talk.get().has("Cache-Status: sluice; hit; ttl=3590" + key(talk, ""));
        });
        rows.optimal("RFC 9211 2.2", "a miss by URL", talk -> {
            talk.ok(LONG);
            talk.get().has("Cache-Status: sluice; fwd=uri-miss; ttl=3600; stored" + key(talk, ""));
        });
        rows.optimal("RFC 9211 2.2", "a miss by Vary", talk -> {
            talk.ok(LONG, "Vary: Foo").ok(LONG, "Vary: Foo");
            talk.get("Foo: 1");
            talk.get("Foo: 2").has("Cache-Status: sluice; fwd=vary-miss; ttl=3600; stored" + key(talk, ""));
        });
        rows.optimal("RFC 9211 2.3", "a validation", talk -> {
            talk.ok("Cache-Control: max-age=1", "ETag: \"a\"").answer(304, "ETag: \"a\"", "Cache-Control: max-age=60");
            talk.get();
            talk.advance(2);
            talk.get().has("Cache-Status: sluice; fwd=stale; fwd-status=304; ttl=60; stored" + key(talk, ""));
        });
        rows.optimal("RFC 9211 2.2", "a request that refuses what is stored", talk -> {
            talk.ok(LONG).ok(LONG);
            talk.get();
            talk.get("Cache-Control: no-cache")
                    .has("Cache-Status: sluice; fwd=request; ttl=3600; stored" + key(talk, ""));
        });
        rows.optimal("RFC 9211 2.2", "a method", talk -> {
            talk.ok();
            talk.send("POST", "", "body abc").has("Cache-Status: sluice; fwd=method" + key(talk, ""));
        });
        rows.optimal("RFC 9211 2.2", "a request that passes by", talk -> {
            talk.ok();
            talk.get("body abc").has("Cache-Status: sluice; fwd=bypass" + key(talk, ""));
        });
        rows.optimal("RFC 9211 2.2", "a part", talk -> {
            talk.body(206, "ab", "Content-Range: bytes 0-1/*");
            talk.get("Range: bytes=0-1").has("Cache-Status: sluice; fwd=partial" + key(talk, "; detail=status"));
        });
        rows.optimal("RFC 9211 2.4", "a stale hit has a negative time", talk -> {
            talk.ok("Cache-Control: max-age=1, stale-if-error=60").answer(503);
            talk.get();
            talk.advance(3);
            talk.get().has("Cache-Status: sluice; hit; ttl=-2" + key(talk, "; detail=\"status 503\""));
        });
        rows.optimal("RFC 9211 2.8", "why it is not stored", talk -> {
            talk.ok("Cache-Control: private");
            talk.get().has("Cache-Status: sluice; fwd=uri-miss" + key(talk, "; detail=private"));
        });
        rows.required(FIELD, "those of other caches stay in front", talk -> {
            talk.ok(LONG, "Cache-Status: other; hit");
            talk.get();
            CacheReply hit = talk.get().isHit();
            org.assertj.core.api.Assertions.assertThat(hit.message().headers().all("Cache-Status"))
                    .containsExactly("other; hit", "sluice; hit; ttl=3600" + key(talk, ""));
        });
        rows.required(
                FIELD,
                "none on what the proxy makes itself: only-if-cached",
                talk -> talk.get("Cache-Control: only-if-cached").has(504).lacks("Cache-Status"));
        rows.required(FIELD, "none on what the proxy makes itself: no origin", talk -> {
            talk.dies();
            talk.get().has(502).lacks("Cache-Status");
        });
        rows.required(FIELD, "one on a 304, a 206 and a 416 that are made of what is stored", talk -> {
            talk.ok(LONG, "ETag: \"a\"");
            talk.get();
            String hit = "Cache-Status: sluice; hit; ttl=3600" + key(talk, "");
            talk.get("If-None-Match: \"a\"").has(304).has(hit);
            talk.get("Range: bytes=0-1").has(206).has(hit);
            talk.get("Range: bytes=99-").has(416).has(hit);
        });
    }
}
