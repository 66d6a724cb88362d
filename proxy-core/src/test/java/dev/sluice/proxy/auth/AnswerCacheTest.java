package dev.sluice.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
    private static final AuthAnswer YES = new AuthAnswer(null, Headers.empty(), null, List.of(), true);

    private final AnswerCache cache = new AnswerCache(Duration.ofNanos(10), 2, true);

    @Test
    void fieldsThatLookAlikeInARowHaveOtherKeys() {
        assertThat(cache.key(Headers.of("Cookie", "a", "Accept", "b")))
                .isEqualTo(cache.key(Headers.of("Cookie", "a", "Accept", "b")))
                .isNotEqualTo(cache.key(Headers.of("Cookie", "aAcceptb")));
    }

    @Test
    void keysAreASecretOfTheCache() {
        Headers question = Headers.of("Cookie", "a");
        assertThat(new AnswerCache(Duration.ofNanos(10), 2, true).key(question)).isNotEqualTo(cache.key(question));
        assertThat(cache.key(question)).hasSize(32).doesNotContain("Cookie");
    }

    @Test
    void anAnswerThatIsRenewedIsTheYoungest() {
        cache.put("a", YES, 0);
        cache.put("b", YES, 5);
        cache.put("a", YES, 12);
        cache.put("c", YES, 13);
        assertThat(cache.get("b", 13)).isNull();
        assertThat(cache.get("a", 13)).isNotNull();
        assertThat(cache.get("c", 13)).isNotNull();
    }

    @Test
    void whatHasExpiredIsForgotten() {
        cache.put("a", YES, 0);
        cache.put("b", YES, 10);
        assertThat(cache.get("a", 0)).isNull();
        assertThat(cache.get("b", 10)).isNotNull();
    }
}
