package dev.sluice.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.retry.Parking;
import dev.sluice.proxy.testing.FakeUpstream;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a separate JVM logs. The log of the tests' own JVM is switched off. */
@Timeout(60)
class EmptyPoolTest {
    /** Builds two pools without members, and one with a member. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) {
            UpstreamPool empty = UpstreamPool.builder().name("empty").build();
            UpstreamPool.builder()
                    .name("full")
                    .addMember(Member.of(FakeUpstream.named("a")))
                    .build();
            empty.add(Member.of(FakeUpstream.named("b")));
            empty.remove("b");
            UpstreamPool.builder()
                    .name("patient")
                    .parking(Parking.upTo(Duration.ofSeconds(5)))
                    .build()
                    .close();
        }
    }

    @Test
    void theLogWarnsOnceOfAPoolThatIsBuiltWithoutMembers() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName())
                .redirectErrorStream(true)
                .start();
        String log = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(log).isZero();
        assertThat(log.lines().filter(line -> line.contains("WARN") && line.contains("has no members yet")))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .contains("pool \"empty\" has no members yet: its requests get 503 until it has some"),
                        line -> assertThat(line)
                                .contains("pool \"patient\" has no members yet: its requests wait until it has some"));
    }
}
