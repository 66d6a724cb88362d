package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every Java snippet of the README and of the pages on the balancer compiles against the library as it is. */
class ReadmeTest {
    private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private static final String IMPORTS = Stream.of(
                    "dev.sluice.balancer",
                    "dev.sluice.balancer.affinity",
                    "dev.sluice.balancer.breaker",
                    "dev.sluice.balancer.discovery",
                    "dev.sluice.balancer.drain",
                    "dev.sluice.balancer.health",
                    "dev.sluice.balancer.limit",
                    "dev.sluice.balancer.retry",
                    "dev.sluice.balancer.simulation",
                    "dev.sluice.balancer.split",
                    "dev.sluice.balancer.strategy",
                    "dev.sluice.balancer.tier",
                    "dev.sluice.proxy",
                    "dev.sluice.proxy.connect",
                    "dev.sluice.proxy.forward",
                    "dev.sluice.proxy.header",
                    "dev.sluice.proxy.limit",
                    "dev.sluice.proxy.log",
                    "dev.sluice.proxy.reverse",
                    "dev.sluice.proxy.route",
                    "dev.sluice.proxy.server",
                    "dev.sluice.proxy.testing",
                    "dev.sluice.proxy.transport.direct",
                    "dev.sluice.proxy.transport.jdk",
                    "dev.sluice.proxy.wire",
                    "java.io",
                    "java.net",
                    "java.security",
                    "java.time",
                    "java.util",
                    "javax.net.ssl")
            .map(name -> "import " + name + ".*;\n")
            .collect(Collectors.joining());

    @TempDir
    private Path classes;

    static List<String> snippets() throws IOException {
        List<String> all = new ArrayList<>();
        for (Path page :
                List.of(Path.of("README.md"), Path.of("docs", "balancer.md"), Path.of("docs", "strategies.md"))) {
            Matcher matcher = SNIPPET.matcher(Files.readString(Path.of("..").resolve(page)));
            int before = all.size();
            while (matcher.find()) {
                all.add(matcher.group(1));
            }
            assertThat(all).as("snippets in " + page).hasSizeGreaterThan(before);
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void aSnippetCompiles(String snippet) {
        boolean whole = snippet.contains("public class ");
        String name = whole ? snippet.replaceAll("(?s).*public class (\\w+).*", "$1") : "Snippet";
        StringWriter messages = new StringWriter();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        boolean compiled = compiler.getTask(
                        messages,
                        null,
                        null,
                        List.of("-proc:none", "-cp", System.getProperty("java.class.path"), "-d", classes.toString()),
                        null,
                        List.of(source(name, whole ? snippet : wrapped(snippet))))
                .call();

        assertThat(compiled).as(messages.toString()).isTrue();
    }

    /** The statements in a method, to which what an earlier snippet has declared is given. */
    private static String wrapped(String statements) {
        String given = Stream.of("UpstreamPool pool", "ProxyServer server")
                .filter(variable -> !statements.contains(variable + " ="))
                .collect(Collectors.joining(", "));
        return IMPORTS + "class Snippet { void run(" + given + ") throws Exception {\n" + statements + "} }";
    }

    private static JavaFileObject source(String name, String text) {
        return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }
}
