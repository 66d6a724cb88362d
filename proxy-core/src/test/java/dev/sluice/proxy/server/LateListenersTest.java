package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Listeners of a pipeline that is at work already. */
class LateListenersTest {
    private final List<String> heard = new ArrayList<>();
    private final Pipeline pipeline = Pipeline.builder()
            .addRoute("/**", FakeUpstream.named("origin").answer(200, "hello"))
            .build();
    private final TestClient client = TestClient.of(pipeline);

    private final class Hearing implements ExchangeListener {
        private final String name;

        private Hearing(String name) {
            this.name = name;
        }

        @Override
        public void begun(ExchangeRecord record) {
            heard.add(name + " begun");
        }

        @Override
        public void attemptBegun(ExchangeRecord record, AttemptRecord attempt) {
            heard.add(name + " attempt begun");
        }

        @Override
        public void attemptEnded(ExchangeRecord record, AttemptRecord attempt) {
            heard.add(name + " attempt ended");
        }

        @Override
        public void ended(ExchangeRecord record) {
            heard.add(name + " ended");
        }
    }

    @Test
    void aListenerHearsFromWhenItIsAddedUntilItIsRemoved() throws Exception {
        ExchangeListener late = new Hearing("late");
        client.get("/before");
        assertThat(heard).isEmpty();
        pipeline.addListener(late);
        client.get("/");
        assertThat(heard).containsExactly("late begun", "late attempt begun", "late attempt ended", "late ended");
        pipeline.removeListener(late);
        client.get("/after");
        assertThat(heard).hasSize(4);
    }

    @Test
    void oneThatThrowsDoesNotAffectTheOthers() throws Exception {
        pipeline.addListener(new ExchangeListener() {
            @Override
            public void ended(ExchangeRecord record) {
                throw new IllegalStateException("a fault of a listener");
            }
        });
        pipeline.addListener(new Hearing("next"));
        assertThat(client.get("/").text()).isEqualTo("hello");
        assertThat(heard).contains("next ended");
    }

    @Test
    void oneThatIsAddedTwiceIsToldTwiceAndRemovedOnce() throws Exception {
        ExchangeListener twice = new Hearing("twice");
        pipeline.addListener(twice);
        pipeline.addListener(twice);
        client.get("/");
        assertThat(heard).filteredOn("twice ended"::equals).hasSize(2);
        pipeline.removeListener(twice);
        client.get("/");
        assertThat(heard).filteredOn("twice ended"::equals).hasSize(3);
        pipeline.removeListener(new Hearing("nobody"));
    }
}
