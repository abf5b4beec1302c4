# Kills the process groups it was told of when its input ends, which is when the
# server is gone. Lines are "+ GROUP" and "- GROUP".
trap '' HUP INT TERM
groups=' '
while read -r verb group; do
  case $verb in
    +) groups="$groups$group " ;;
    -) case $groups in
         *" $group "*) groups="${groups%% "$group" *} ${groups#* "$group" }" ;;
       esac ;;
  esac
done
for group in $groups; do
  kill -9 "-$group" 2>/dev/null
done
exit 0
