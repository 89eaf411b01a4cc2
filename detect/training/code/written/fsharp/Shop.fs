namespace Shop

open System
open System.Collections.Generic

type Money = decimal

type Item =
    { Name: string
      Price: Money
      Count: int }

type Event =
    | Added of Item
    | Removed of string
    | Paid of Money * DateTime

module Cart =
    let empty: Item list = []

    let total (items: Item list) : Money =
        items
        |> List.map (fun item -> item.Price * decimal item.Count)
        |> List.sum

    let apply cart event =
        match event with
        | Added item -> item :: cart
        | Removed name -> cart |> List.filter (fun item -> item.Name <> name)
        | Paid (amount, _) when amount > 0M -> []
        | _ -> cart

    let rec private walk depth = function
        | [] -> depth
        | _ :: rest -> walk (depth + 1) rest

type Service(log: string -> unit) =
    let mutable count = 0
    member this.Count = count
    member _.Handle(event: Event) =
        async {
            do! Async.Sleep 10
            count <- count + 1
            log (sprintf "handled %A" event)
            return Ok count
        }
    interface IDisposable with
        member _.Dispose() = ()

[<EntryPoint>]
let main argv =
    let service = new Service(printfn "%s")
    service.Handle(Added { Name = "tea"; Price = 3.5M; Count = 2 })
    |> Async.RunSynchronously
    |> ignore
    0
