# Without Python, so that it runs on any machine.
mkdir -p outputs
sort -n "$1" > outputs/sorted.txt
echo "sorted $(wc -l < outputs/sorted.txt) numbers"
