#r "nuget: FSharp.Data"
open FSharp.Data
open System.IO

let (|Int|_|) (text: string) =
    match Int32.TryParse text with
    | true, value -> Some value
    | _ -> None

let rec parse tokens =
    match tokens with
    | "(" :: rest ->
        let inner, rest = parse rest
        Node inner, rest
    | Int value :: rest -> Leaf value, rest
    | token :: _ -> failwithf "unexpected %s" token
    | [] -> invalidArg (nameof tokens) "nothing left"

let lines = File.ReadAllLines "data.txt" |> Seq.filter (fun line -> line <> "")
let counts = lines |> Seq.countBy id |> Seq.sortByDescending snd |> Map.ofSeq
for KeyValue(word, count) in counts do
    printfn $"{word}: {count}"

let result =
    seq { for i in 1 .. 10 do if i % 2 = 0 then yield i * i }
    |> Seq.fold (+) 0

let inline square x = x * x
let compose = square >> string >> fun s -> s.Length
type Shape = Circle of radius: float | Square of side: float
let area = function Circle r -> System.Math.PI * r ** 2.0 | Square s -> s * s
if not (Directory.Exists "out") then Directory.CreateDirectory "out" |> ignore
