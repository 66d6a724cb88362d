package dev.sluice.proxy.cache.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.cache.field.StructuredFields;
import dev.sluice.proxy.cache.field.StructuredItem;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 9211 §2. */
class CacheStatusTest {
    /** §2.1, §2.4. */
    @Test
    void aHitSaysHowLongItIsFresh() {
        assertThat(CacheStatus.text("sluice", null, 0, 30L, false, false, null, null))
                .isEqualTo("sluice; hit; ttl=30");
        assertThat(CacheStatus.text("sluice", null, 0, -5L, false, false, null, null))
                .isEqualTo("sluice; hit; ttl=-5");
        assertThat(CacheStatus.text("sluice", null, 0, null, false, false, null, null))
                .isEqualTo("sluice; hit");
    }

    /** §2.1: hit and fwd are not both there; §2.3, §2.5, §2.6 have a meaning only beside fwd. */
    @Test
    void aHitHasNothingThatIsForAForwardedRequest() {
        assertThat(CacheStatus.text("c", null, 304, 1L, true, true, null, null)).isEqualTo("c; hit; ttl=1");
    }

    /** §2.2-6. */
    @Test
    void aForwardedRequestSaysWhyAndWhatBecameOfIt() {
        assertThat(CacheStatus.text("c", "stale", 304, 60L, true, true, null, null))
                .isEqualTo("c; fwd=stale; fwd-status=304; ttl=60; stored; collapsed");
        assertThat(CacheStatus.text("c", "uri-miss", 0, null, false, false, null, null))
                .isEqualTo("c; fwd=uri-miss");
    }

    /** §2.7, §2.8, §2. */
    @Test
    void keyIsAStringAndTheOthersAreTokensWhereTheyCan() {
        assertThat(CacheStatus.text("my cache", "miss", 0, null, false, false, "http://a/\"x\"\u00e9", "no-store"))
                .isEqualTo("\"my cache\"; fwd=miss; key=\"http://a/\\\"x\\\"?\"; detail=no-store");
        assertThat(CacheStatus.text("c", "miss", 0, null, false, false, "k", "a b"))
                .endsWith("; key=\"k\"; detail=\"a b\"");
    }

    @Test
    void itCanBeReadBehindTheMembersOfOthers() {
        String own =
                CacheStatus.text("my \"cache\"", "request", 200, -1L, true, false, "http://a/?b=\\", "why; not, so");
        List<StructuredItem> members = StructuredFields.list(List.of("origin; hit", own));

        StructuredItem member = members.get(1);
        assertThat(member.text()).isEqualTo("my \"cache\"");
        assertThat(member.parameters().keySet()).containsExactly("fwd", "fwd-status", "ttl", "stored", "key", "detail");
        assertThat(member.parameters().get("key").text()).isEqualTo("http://a/?b=\\");
        assertThat(member.parameters().get("detail").text()).isEqualTo("why; not, so");
        assertThat(member.parameters().get("ttl").number()).isEqualTo(-1);
    }
}
