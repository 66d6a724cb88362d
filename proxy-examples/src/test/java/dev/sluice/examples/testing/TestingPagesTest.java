package dev.sluice.examples.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the pages about tests show is what the build runs. */
class TestingPagesTest {
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Path FIVE = Path.of("clients", "src", "test", "java", "dev", "sluice", "clients", "five");

    private static List<String> code(String page) throws IOException {
        return CODE.matcher(Files.readString(Path.of("..", "docs", page)))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void eachNeedIsATestOfAtMostFifteenLines() throws IOException {
        String tests = Files.readString(
                Path.of("src", "test", "java", "dev", "sluice", "examples", "testing", "TestingNeedsTest.java"));
        List<String> needs = code("testing.md").stream()
                .filter(each -> each.startsWith("@Test"))
                .toList();
        assertThat(needs).hasSizeGreaterThanOrEqualTo(20).allSatisfy(need -> {
            assertThat(need.lines()).hasSizeLessThanOrEqualTo(15);
            assertThat(tests).contains(need.indent(4));
        });
        assertThat(tests.split("@Test\n", -1)).as("tests").hasSize(needs.size() + 1);
    }

    @Test
    void theFirstTestIsWhole() throws IOException {
        String first = Files.readString(
                Path.of("src", "test", "java", "dev", "sluice", "examples", "testing", "FirstGatewayTest.java"));
        assertThat(code("testing.md").get(0)).isEqualTo(first.substring(first.indexOf("import")));
    }

    @Test
    void theSameFiveTestsAreShownForEachServer() throws IOException {
        List<String> shown = code("testing-compared.md");
        assertThat(shown).hasSize(3);
        int ours = 0;
        for (int i = 0; i < 3; i++) {
            String name = List.of("Sluice", "MockWebServer", "WireMock").get(i);
            assertThat(shown.get(i)).isEqualTo(Files.readString(FIVE.resolve(name + "FiveTest.java")));
            ours = i == 0 ? shown.get(i).length() : ours;
            assertThat(shown.get(i).length()).isGreaterThanOrEqualTo(ours);
        }
        assertThat(ours).isLessThanOrEqualTo(2_600);
    }
}
