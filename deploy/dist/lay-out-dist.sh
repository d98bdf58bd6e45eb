#!/bin/sh
# Lays out a distribution: DIST/lib holds jars when this starts; afterwards
#   DIST/bin/NAME         launcher, exec java
#   DIST/lib/native       Netty's native libraries of this machine's architecture
#   DIST/lib/NAME.jsa     class-data archive (JDK 17 takes it only while path and time of every
#                         jar stay as they are, so nothing in lib may be touched after this)
# and the jars of natives, of this platform and of others, are gone.
#
# usage: lay-out-dist.sh DIST NAME MAIN-CLASS REHEARSAL [JVM-OPTION…]
# REHEARSAL is a script, called with the launcher's path and a scratch directory, that runs what
# should start fast; every class it loads goes into the archive. It may fail: then the archive
# holds less.
set -eu

dist=$(cd "$1" && pwd)
name=$2
main=$3
rehearsal=$4
shift 4
lib=$dist/lib
java_bin=${JAVA_HOME:+$JAVA_HOME/bin/}

case $(uname -s) in
  Linux) os=linux ;;
  Darwin) os=osx ;;
  *) os=unknown ;;
esac
case $(uname -m) in
  x86_64 | amd64) arch=x86_64 ;;
  aarch64 | arm64) arch=aarch_64 ;;
  *) arch=unknown ;;
esac

mkdir -p "$dist/bin" "$lib/native"

# --- native libraries -------------------------------------------------------------------------
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for jar in "$lib"/netty-*-linux-*.jar "$lib"/netty-*-osx-*.jar "$lib"/netty-*-windows-*.jar; do
  [ -e "$jar" ] || continue
  case $jar in
    *-"$os"-"$arch".jar)
      (cd "$scratch" && "${java_bin}jar" xf "$jar" META-INF/native)
      for library in "$scratch"/META-INF/native/*; do
        case $library in
          *.so | *.jnilib | *.dylib) mv "$library" "$lib/native/" ;;
        esac
      done
      rm -rf "$scratch/META-INF"
      ;;
  esac
  rm "$jar"
done
# The jar without a classifier of boringssl-static only names the others.
rm -f "$lib"/netty-tcnative-boringssl-static-[0-9]*.Final.jar

# ArchiveRelocationMode=0 maps the archive where it was made for. Mode 1, the default of late builds
# of 17, moves it on every start, which makes its pages private memory (15 MB in an idle agent).
#
# --- launcher ---------------------------------------------------------------------------------
class_path=
for jar in "$lib"/*.jar; do
  # shellcheck disable=SC2016 # $home is the launcher's
  class_path=$class_path${class_path:+:}'$home/lib/'${jar##*/}
done
options=$*
launcher=$dist/bin/$name
cat > "$launcher.new" <<EOF
#!/bin/sh
# Starts $name.
self=\$0
while [ -L "\$self" ]; do
  link=\$(readlink "\$self")
  case \$link in
    /*) self=\$link ;;
    *) self=\${self%/*}/\$link ;;
  esac
done
home=\$(CDPATH= cd -P -- "\${self%/*}/.." && pwd) || exit 1
if [ -x "\$home/runtime/bin/java" ]; then
  java=\$home/runtime/bin/java
elif [ -n "\${JAVA_HOME:-}" ] && [ -x "\$JAVA_HOME/bin/java" ]; then
  java=\$JAVA_HOME/bin/java
elif command -v java > /dev/null; then
  java=java
else
  echo "$name: no Java found; install a Java 17 runtime, or set JAVA_HOME." >&2
  exit 1
fi
exec "\$java" -XX:SharedArchiveFile="\$home/lib/$name.jsa" \\
  -Xlog:disable -Xlog:all=error:stderr \\
  -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 \\
  -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData $options \\
  -Dfile.encoding=UTF-8 -Dsun.jnu.encoding=UTF-8 -Djdk.console=java.base \\
  -Djava.library.path="\$home/lib/native" -Djava.net.preferIPv6Addresses=system \\
  -cp "$class_path" \\
  $main "\$@"
EOF
chmod 755 "$launcher.new"
mv "$launcher.new" "$launcher"

# --- class-data archive -----------------------------------------------------------------------
rm -f "$lib/$name.jsa"
mkdir "$scratch/lists" "$scratch/work"
# %p: a rehearsal starts several processes
JDK_JAVA_OPTIONS="-XX:DumpLoadedClassList=$scratch/lists/%p" \
  sh "$rehearsal" "$launcher" "$scratch/work" > "$scratch/rehearsal.log" 2>&1 || {
  echo "$name: the rehearsal for the class-data archive failed:" >&2
  sed 's/^/  /' "$scratch/rehearsal.log" >&2
}
cat "$scratch/lists"/* 2> /dev/null | awk '!seen[$0]++' > "$scratch/classes"
home=$dist
eval "class_path=\"$class_path\""
"${java_bin}java" -Xshare:dump -XX:SharedArchiveFile="$lib/$name.jsa" \
  -XX:SharedClassListFile="$scratch/classes" -Xlog:disable -Xlog:all=error:stderr \
  -cp "$class_path"
