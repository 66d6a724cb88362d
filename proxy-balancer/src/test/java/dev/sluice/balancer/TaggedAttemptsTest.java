package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.TestClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A record shows the tags of the member beside it, for the access log. */
class TaggedAttemptsTest {
    private static List<AttemptRecord> attempts(UpstreamPool pool) throws Exception {
        return TestClient.of(Pipeline.builder().addRoute("/**", pool).build())
                .get("/")
                .record()
                .attempts();
    }

    @Test
    void anAttemptHasTheTagsThatTheMemberHadWhenItWasPicked() throws Exception {
        Upstream blue = Upstream.of("blue", request -> ProxyResponse.of(200));
        try (UpstreamPool pool = UpstreamPool.builder()
                .addMember(Member.of(blue).withTag("zone", "b").withTag("rack", "7"))
                .build()) {
            List<AttemptRecord> before = attempts(pool);
            pool.update(change -> change.members(List.of(Member.of(blue).withTag("zone", "c"))));

            assertThat(before).extracting(AttemptRecord::tags).containsExactly(Map.of("rack", "7", "zone", "b"));
            assertThat(attempts(pool)).extracting(AttemptRecord::tags).containsExactly(Map.of("zone", "c"));
        }
    }

    @Test
    void anUpstreamWithoutTagsHasNone() throws Exception {
        Upstream alone = Upstream.of("alone", request -> ProxyResponse.of(200));
        List<AttemptRecord> attempts = TestClient.of(
                        Pipeline.builder().addRoute("/**", alone).build())
                .get("/")
                .record()
                .attempts();

        assertThat(attempts).extracting(AttemptRecord::tags).containsExactly(Map.of());
    }
}
