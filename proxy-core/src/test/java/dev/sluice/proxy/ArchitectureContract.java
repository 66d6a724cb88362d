package dev.sluice.proxy;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The rules for the code of every module, checked in its class files. A module's test names the module's root package.
 * Method references count as calls. A rule passes if nothing matches it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ArchitectureContract {
    private static final int LARGEST_CYCLE = 4;

    private final String root;
    private final Set<String> exported;
    private final JavaClasses main;
    private final JavaClasses mainAndTests;

    protected ArchitectureContract(String root) {
        this.root = root;
        this.exported = exportedPackages();
        this.main = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(root);
        this.mainAndTests = new ClassFileImporter().importPackages(root);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().assignedFrom(eachPackage())
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(main);
    }

    /**
     * If many classes depend on each other, none can be read, changed or tested alone. Up to four may, such as a type
     * and its builder.
     */
    @Test
    void noMoreThanFourClassesOfAPackageDependOnEachOther() {
        assertThat(ClassCycles.of(main))
                .filteredOn(cycle -> cycle.size() > LARGEST_CYCLE)
                .as("cycles of more than " + LARGEST_CYCLE + " classes")
                .isEmpty();
    }

    @Test
    void theModuleDescriptorIsFound() {
        assertThat(exported).contains(root);
    }

    @Test
    void publicSignaturesNameNothingInternal() {
        classes()
                .that(describe("are exported", type -> exported.contains(type.getPackageName())))
                .should(nameNothingInternal())
                .allowEmptyShould(true)
                .check(main);
    }

    @Test
    void nothingSleeps() {
        noClasses()
                .should()
                .accessTargetWhere(calls(Thread.class, "sleep").or(calls(TimeUnit.class, "sleep")))
                .because("time in tests is moved by hand, and in main code owned by the time source")
                .allowEmptyShould(true)
                .check(mainAndTests);
    }

    @Test
    void nothingPrints() {
        noClasses()
                .should()
                .accessTargetWhere(calls(System.class, "out", "err").or(calls(Throwable.class, "printStackTrace")))
                .allowEmptyShould(true)
                .check(main);
    }

    /** The other packages load without JUnit, which users bring for their tests alone. */
    @Test
    void onlyTheirOwnPackageTouchesTestFrameworks() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.sluice.proxy.testing.junit")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.junit..", "org.opentest4j..", "org.apiguardian..", "dev.sluice.proxy.testing.junit")
                .allowEmptyShould(true)
                .check(main);
    }

    @Test
    void onlyTheTimeSourceWaitsAndStartsTasks() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.sluice.proxy.time..", "dev.sluice.proxy.testing..")
                // The listener owns the threads that carry exchanges.
                .and()
                .haveSimpleNameNotEndingWith("ListenerPool")
                // The JDK's client asks for threads of its own.
                .and()
                .doNotHaveSimpleName("JdkClientPool")
                // A thread that only keeps the process alive, and one that the JVM starts at its end.
                .and()
                .doNotHaveSimpleName("ProcessHold")
                .and()
                .doNotHaveSimpleName("ProcessEnd")
                // A lock: its waits end with the short work of another thread, and no clock is meant to move meanwhile.
                .and()
                .haveNameNotMatching(".*\\.CombiningLock(\\$.*)?")
                // It waits for no time, but for its turn.
                .and()
                .doNotHaveSimpleName("FairTurns")
                // Once a JVM, for what the JDK prepares.
                .and()
                .doNotHaveSimpleName("VirtualThreads")
                // They wait for a peer, like whoever reads or writes a socket: their deadlines are those of wires.
                .and()
                .resideOutsideOfPackage("dev.sluice.proxy.transport.direct.multiplex")
                .should()
                .accessTargetWhere(waits().or(startsTasks()))
                .because("a wait or a thread that the time source does not own cannot run on manual time")
                .allowEmptyShould(true)
                .check(main);
    }

    private static DescribedPredicate<JavaAccess<?>> waits() {
        return calls(LockSupport.class, "park", "parkNanos", "parkUntil")
                .or(calls(Object.class, "wait"))
                .or(calls(Thread.class, "join"))
                .or(calls(Future.class, "get"))
                .or(calls(CompletableFuture.class, "join", "orTimeout", "completeOnTimeout", "delayedExecutor"))
                .or(calls(Condition.class, "await", "awaitNanos", "awaitUntil", "awaitUninterruptibly"))
                .or(calls(CountDownLatch.class, "await"))
                .or(calls(CyclicBarrier.class, "await"))
                .or(calls(Semaphore.class, "acquire", "acquireUninterruptibly"))
                .or(calls(BlockingQueue.class, "take", "put"))
                .or(calls(ExecutorService.class, "awaitTermination", "invokeAll", "invokeAny"))
                .as("wait");
    }

    private static DescribedPredicate<JavaAccess<?>> startsTasks() {
        return calls(Thread.class, "<init>")
                .or(calls(Timer.class, "<init>"))
                .or(calls(ThreadPoolExecutor.class, "<init>"))
                .or(describe("Executors", access -> access.getTargetOwner().isEquivalentTo(Executors.class)))
                .as("start a task");
    }

    /** Accesses to members with these names, of the type or of one of its subtypes. */
    private static DescribedPredicate<JavaAccess<?>> calls(Class<?> owner, String... names) {
        List<String> wanted = List.of(names);
        return describe(
                owner.getSimpleName() + wanted,
                access -> wanted.contains(access.getTarget().getName())
                        && access.getTargetOwner().isAssignableTo(owner));
    }

    private SliceAssignment eachPackage() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                String name = type.getPackageName();
                boolean ours = name.equals(root) || name.startsWith(root + ".");
                return ours ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "the packages of " + root;
            }
        };
    }

    private ArchCondition<JavaClass> nameNothingInternal() {
        return new ArchCondition<>("name no internal type in what users see") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!isSeen(type)) {
                    return;
                }
                List<JavaType> supertypes = new ArrayList<>(type.getInterfaces());
                type.getSuperclass().ifPresent(supertypes::add);
                supertypes.addAll(type.getTypeParameters());
                report(type, type.getDescription(), supertypes, events);
                for (JavaMember member : type.getMembers()) {
                    if (isOpen(member.getModifiers())) {
                        report(type, member.getDescription(), typesIn(member), events);
                    }
                }
            }
        };
    }

    private static List<JavaType> typesIn(JavaMember member) {
        List<JavaType> types = new ArrayList<>();
        if (member instanceof JavaCodeUnit unit) {
            types.add(unit.getReturnType());
            types.addAll(unit.getParameterTypes());
            types.addAll(unit.getTypeParameters());
            types.addAll(unit.getExceptionTypes());
        } else {
            types.add(((JavaField) member).getType());
        }
        return types;
    }

    private void report(JavaClass type, String where, List<JavaType> types, ConditionEvents events) {
        types.stream()
                .flatMap(seen -> seen.getAllInvolvedRawTypes().stream())
                .filter(this::isInternal)
                .distinct()
                .forEach(internal ->
                        events.add(SimpleConditionEvent.violated(type, where + " names " + internal.getName())));
    }

    private boolean isInternal(JavaClass type) {
        return type.getPackageName().startsWith("dev.sluice.") && !exported.contains(type.getPackageName());
    }

    /** The packages that the modules on the class path export to everyone, not only to the balancer. */
    private static Set<String> exportedPackages() {
        try {
            Set<String> exported = new HashSet<>();
            for (URL info :
                    Collections.list(ArchitectureContract.class.getClassLoader().getResources("module-info.class"))) {
                try (InputStream bytes = info.openStream()) {
                    ModuleDescriptor module = ModuleDescriptor.read(bytes);
                    module.exports().stream()
                            .filter(each -> module.name().startsWith("dev.sluice.") && !each.isQualified())
                            .forEach(each -> exported.add(each.source()));
                }
            }
            return exported;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static boolean isSeen(JavaClass type) {
        return isOpen(type.getModifiers())
                && type.getEnclosingClass().map(ArchitectureContract::isSeen).orElse(true);
    }

    private static boolean isOpen(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }
}
